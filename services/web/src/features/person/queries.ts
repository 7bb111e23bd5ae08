import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'

export function personByName(username: string) {
  return queryOptions({
    queryKey: ['person', username],
    queryFn: ({ signal }) => client.get('/api/v1/users/{id}', { params: { path: { id: username } }, signal }),
    // Who was asked may have answered.
    staleTime: ({ state }) => (state.data?.viewer?.requested ? 0 : 30_000),
  })
}

const pageSize = 50

export function followersOf(username: string) {
  return infiniteQueryOptions({
    queryKey: ['person', username, 'followers'],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/users/{id}/followers', {
        params: { path: { id: username }, query: pageOf(pageSize, pageParam) },
        signal,
      }),
    ...byCursor,
  })
}

export function followedBy(username: string) {
  return infiniteQueryOptions({
    queryKey: ['person', username, 'following'],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/users/{id}/following', {
        params: { path: { id: username }, query: pageOf(pageSize, pageParam) },
        signal,
      }),
    ...byCursor,
  })
}

/** Whom the viewer mutes, the latest first. */
export const mutedPeople = infiniteQueryOptions({
  queryKey: ['muted'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/users/me/muted', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/** Whom the viewer may want to follow. Who is followed stays on the list while somebody looks at it. */
export const suggestions = queryOptions({
  queryKey: ['person', '', 'suggestions'],
  queryFn: ({ signal }) => client.get('/api/v1/users/me/suggestions', { params: { query: { limit: 12 } }, signal }),
  staleTime: 10 * 60_000,
})
