import { type AnyPerson, patchPerson, patchPersonOnce } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient, refresh } from '../../app/query-client.ts'
import { currentViewer } from '../../app/session.ts'
import { useToggle } from '../../app/use-toggle.ts'
import { homeFeed } from '../feed/queries.ts'
import { withFollow } from './follow.ts'
import { personByName } from './queries.ts'

/** The home feed hears of a follow a moment later than who asked for it. */
const feedDelayMs = 2_000

export function useFollow({ id, username, private: isPrivate }: AnyPerson) {
  const params = { path: { id } }
  return useToggle(['follow', id], {
    send: (following) =>
      following
        ? client.put('/api/v1/users/{id}/follow', { params })
        : client.delete('/api/v1/users/{id}/follow', { params }),
    show: (following) => patchPerson(id, (person) => withFollow(person, following), `follow ${id}`),
    onDone() {
      if (isPrivate === undefined) void showRelation(id, username)
      // What a private account shows goes with the follow.
      if (isPrivate) void refresh(['feed', 'person', username])
      void refresh(['me'])
      void refresh(['person', username, 'followers'])
      // The number, not the list: who is no longer followed stays there while somebody looks at it.
      const own = ['person', currentViewer()?.username]
      void queryClient.invalidateQueries({ queryKey: own, exact: true })
      setTimeout(() => void refresh(homeFeed.head.queryKey), feedDelayMs)
    },
  })
}

/** In lists nobody says who is private: what seemed a follow may be a request. */
async function showRelation(id: string, username: string): Promise<void> {
  const { queryKey } = personByName(username)
  await queryClient.prefetchQuery({ ...personByName(username), staleTime: 0 })
  const viewer = queryClient.getQueryData(queryKey)?.viewer
  if (viewer?.requested) patchPersonOnce(id, (person) => ({ ...person, viewer }))
}
