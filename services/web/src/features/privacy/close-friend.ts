import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withCloseFriend } from './changes.ts'
import { closeFriends, takeOff } from './queries.ts'

/** Makes somebody a close friend, or no longer; said in a word that can be taken back. */
export function useCloseFriend({ id, displayName }: Pick<AnyPerson, 'id' | 'displayName'>) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const params = { path: { id } }
  const change = useMutation({
    mutationFn: (isClose: boolean) =>
      isClose
        ? client.put('/api/v1/users/me/close-friends/{id}', { params })
        : client.delete('/api/v1/users/me/close-friends/{id}', { params }),
    async onSuccess(_, isClose) {
      patchPerson(id, (person) => withCloseFriend(person, isClose))
      if (!isClose) takeOff(closeFriends, id)
      toast(t(isClose ? 'privacy.isClose' : 'privacy.isNotClose', { name: displayName }), {
        label: t('action.undo'),
        run: () => change.mutate(!isClose),
      })
      await refresh(closeFriends.queryKey)
    },
    onError: (error, isClose) => fail(error, () => change.mutate(isClose)),
  })
  return change
}
