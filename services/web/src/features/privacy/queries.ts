import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'

type Path = '/api/v1/users/me/follow-requests' | '/api/v1/users/me/blocked' | '/api/v1/users/me/close-friends'
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
export const closeFriends = listAt('/api/v1/users/me/close-friends')

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
