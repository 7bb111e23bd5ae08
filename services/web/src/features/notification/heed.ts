import type { LiveEvent } from '@daguerre/client'
import type { InfiniteData } from '@tanstack/react-query'
import { queryClient, refresh } from '../../app/query-client.ts'
import { filters, type Filter, type Notification, notificationList, unreadCount } from './queries.ts'

interface Page {
  items: Notification[]
  nextCursor: string | null
}
type Pages = InfiniteData<Page>

export const lists = ['notifications', 'list']

/** Brings what a live event tells into what is on screen. */
export function heed(event: LiveEvent): void {
  const known = queryClient.getQueryData(unreadCount.queryKey)?.count
  // A count on its way may be older than what happened.
  void queryClient.cancelQueries({ queryKey: unreadCount.queryKey })
  queryClient.setQueryData(unreadCount.queryKey, { count: event.data.unread })
  if (event.type === 'hello') {
    // Something happened while nobody listened, or may have.
    if (known !== event.data.unread) void refresh(lists)
    return
  }
  // So may be a list.
  if (queryClient.isFetching({ queryKey: lists, predicate: ({ state }) => !state.fetchMeta?.fetchMore }) > 0) {
    void refresh(lists)
  }
  if (event.type === 'removed') {
    // It may have been a request.
    void refresh(['own'])
    patchLists((pages) => withoutItem(pages, event.data.id))
    return
  }
  const { notification } = event.data
  patchLists((pages, filter) => (isWithin(notification, filter) ? withItem(pages, notification) : pages))
  refreshWhatItIsAbout(notification)
}

/** Somebody liked, commented, followed or posted: what is on screen of it is no longer right. */
function refreshWhatItIsAbout({ kind, post, actors }: Notification): void {
  if (kind === 'posted') {
    void refresh(['feed', 'home', 'head'])
    return
  }
  if (kind === 'followed') {
    void refresh(['person'])
    void refresh(['me'])
  }
  if (kind === 'requested') void refresh(['own'])
  if (kind === 'accepted') {
    void refresh(['person'])
    void refresh(['feed', 'home', 'head'])
    for (const { username } of actors) void refresh(['feed', 'person', username])
  }
  if (post === null) return
  void refresh(['post', post.id])
  if (kind !== 'liked') void refresh(['comments', post.id])
}

export function patchLists(change: (pages: Pages, filter: Filter | null) => Pages): void {
  for (const filter of [null, ...(Object.keys(filters) as Filter[])]) {
    queryClient.setQueryData(notificationList(filter).queryKey, (pages) => pages && change(pages, filter))
  }
}

function isWithin({ kind }: Notification, filter: Filter | null): boolean {
  return filter === null || (filters[filter] as readonly string[]).includes(kind)
}

/** A group that got another member is moved up. */
function withItem(pages: Pages, item: Notification): Pages {
  const rest = withoutItem(pages, item.id)
  const [first, ...others] = rest.pages
  if (!first) return pages
  return { ...rest, pages: [{ ...first, items: [item, ...first.items] }, ...others] }
}

function withoutItem(pages: Pages, id: string): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) =>
      page.items.some((item) => item.id === id)
        ? { ...page, items: page.items.filter((item) => item.id !== id) }
        : page,
    ),
  }
}
