import type { components } from '@daguerre/client'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'

export type Notification = components['schemas']['Notification']
export type Kind = Notification['kind']

/** How many groups are unread. Who shows it waits until app/live has it, which keeps it right by what it hears. */
export const unreadCount = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: ({ signal }) => client.get('/api/v1/notifications/unread-count', { signal }),
  refetchOnWindowFocus: true,
  refetchOnReconnect: 'always',
  staleTime: 60_000,
  enabled: false,
})

/** What a list may be narrowed to: each is a word in the address, and the kinds that it stands for. */
export const filters = {
  likes: ['liked'],
  comments: ['commented', 'replied'],
  mentions: ['mentioned'],
  follows: ['followed', 'requested', 'accepted'],
  posts: ['posted'],
} as const satisfies Record<string, readonly Kind[]>

export type Filter = keyof typeof filters

export function filterOf(word: string | undefined): Filter | null {
  return word !== undefined && Object.hasOwn(filters, word) ? (word as Filter) : null
}

export function notificationList(filter: Filter | null) {
  return infiniteQueryOptions({
    queryKey: ['notifications', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/notifications', {
        params: {
          query: {
            ...pageOf(30, pageParam),
            ...(filter === null ? {} : { kind: filters[filter].join(',') }),
          },
        },
        signal,
      }),
    ...byCursor,
  })
}

/** Which kinds the viewer wants to hear of, and how. */
export const preferences = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => client.get('/api/v1/notifications/preferences', { signal }),
})

/** Lists and count as the server has them now. */
export function refreshAll(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['notifications'] })
}
