import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'

/** The viewer as others see them. */
export const ownPerson = queryOptions({
  queryKey: ['me', 'person'],
  queryFn: ({ signal }) => client.get('/api/v1/users/me', { signal }),
  staleTime: 5 * 60_000,
})

/** What nobody else sees of the viewer's account. */
export const ownAccount = queryOptions({
  queryKey: ['me', 'account'],
  queryFn: ({ signal }) => client.get('/api/v1/auth/me', { signal }),
  staleTime: 0,
})

/** What proves the viewer besides the password. */
export const ownFactors = queryOptions({
  queryKey: ['me', 'factors'],
  queryFn: ({ signal }) => client.get('/api/v1/auth/factors', { signal }),
  staleTime: 0,
})

/** Where the viewer is signed in, the newest first. */
export const ownSessions = infiniteQueryOptions({
  queryKey: ['sessions'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/sessions', {
      params: { query: pageOf(50, pageParam) },
      signal,
    }),
  ...byCursor,
  staleTime: 0,
})

/** Who may make an account here. */
export const registrationRules = queryOptions({
  queryKey: ['registration'],
  queryFn: ({ signal }) => client.get('/api/v1/auth/registration', { signal }),
  staleTime: 300_000,
})
