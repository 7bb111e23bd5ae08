import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { currentViewer } from '../../app/session.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { homeFeed } from '../feed/queries.ts'
import { withFollow } from './follow.ts'

/** The home feed hears of a follow a moment later than who asked for it. */
const feedDelayMs = 2_000

/** Follows, or no longer; shown at once, and undone if the last request fails. */
export function useFollow({ id }: Pick<AnyPerson, 'id'>) {
  const fail = useFailureToast()
  const mutationKey = ['follow', id]
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: async (following: boolean) => {
      const params = { path: { id } }
      if (following) await client.put('/api/v1/users/{id}/follow', { params })
      else await client.delete('/api/v1/users/{id}/follow', { params })
    },
    onMutate: (following) => patchPerson(id, (person) => withFollow(person, following)),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['me'] })
      // The number, not the list: who is no longer followed stays there while somebody looks at it.
      const own = ['person', currentViewer()?.username]
      void queryClient.invalidateQueries({ queryKey: own, exact: true })
      setTimeout(() => void queryClient.invalidateQueries({ queryKey: homeFeed.head.queryKey }), feedDelayMs)
    },
    onError: (error, following) => {
      if (queryClient.isMutating({ mutationKey }) === 1) patchPerson(id, (person) => withFollow(person, !following))
      fail(error, () => mutate(following))
    },
  })
  return mutate
}
