import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'

type Path =
  | '/api/v1/users/me/follow-requests'
  | '/api/v1/users/me/blocked'
  | '/api/v1/users/me/restricted'
  | '/api/v1/users/me/close-friends'
export type OwnList = ReturnType<typeof listAt>
type Pages = InfiniteData<{ items: { id: string }[] }, string | null>

function listAt(path: Path) {
  return infiniteQueryOptions({
    queryKey: ['own', path],
    queryFn: ({ pageParam, signal }) => client.get(path, { params: { query: pageOf(50, pageParam) }, signal }),
    ...byCursor,
    staleTime: 0,
  })
}

/** Who asks to follow the viewer, the latest first. */
export const followRequests = listAt('/api/v1/users/me/follow-requests')
export const blockedPeople = listAt('/api/v1/users/me/blocked')
export const restrictedPeople = listAt('/api/v1/users/me/restricted')
export const closeFriends = listAt('/api/v1/users/me/close-friends')

/** What nobody is to read below the viewer's posts. */
export const hiddenWords = queryOptions({
  queryKey: ['own', 'hidden-words'],
  queryFn: ({ signal }) => client.get('/api/v1/users/me/hidden-words', { signal }),
  staleTime: 0,
})

/** Takes somebody off such a list, where it is on screen. */
export function takeOff({ queryKey }: OwnList, id: string): void {
  queryClient.setQueryData<Pages>(
    queryKey,
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, items: page.items.filter((person) => person.id !== id) })),
      },
  )
}
