import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { patchLists } from './heed.ts'
import { type Notification, refreshAll, unreadCount } from './queries.ts'

/** Marks one as read. Fails silently: who went on to what it is about has seen it, and it can be read again. */
export function markRead(notification: Notification): void {
  if (notification.read) return
  showRead((item) => item.id === notification.id)
  queryClient.setQueryData(unreadCount.queryKey, (now) => now && { count: Math.max(0, now.count - 1) })
  client
    .post('/api/v1/notifications/{id}/read', { params: { path: { id: notification.id } } })
    .catch(() => void refreshAll())
}

/** Shows those that are meant as read wherever they are listed. */
export function showRead(isMeant: (item: Notification) => boolean): void {
  patchLists((pages) => ({
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.read || !isMeant(item) ? item : { ...item, read: true })),
    })),
  }))
}
