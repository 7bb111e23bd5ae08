import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'

/** The viewer as others see them. */
export const ownPerson = queryOptions({
  queryKey: ['me', 'person'],
  queryFn: ({ signal }) => client.get('/api/v1/users/me', { signal }),
  staleTime: 5 * 60_000,
})

/** Where the viewer is signed in, the newest first. */
export const ownSessions = infiniteQueryOptions({
  queryKey: ['sessions'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/sessions', {
      params: { query: { limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
  staleTime: 0,
})
