import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient, refresh } from '../../app/query-client.ts'
import { currentViewer } from '../../app/session.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withoutFollower } from './changes.ts'

/** Has somebody follow the viewer no longer. */
export function useRemoveFollower({ id, username, displayName }: AnyPerson): () => void {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const { mutate } = useMutation({
    mutationFn: () => client.delete('/api/v1/users/me/followers/{id}', { params: { path: { id } } }),
    onSuccess() {
      patchPerson(id, withoutFollower)
      toast(t('privacy.removed', { name: displayName }))
      void refresh(['me'])
      void refresh(['person', currentViewer()?.username])
      void queryClient.invalidateQueries({ queryKey: ['person', username], exact: true })
    },
    onError: (error) => fail(error, () => mutate()),
  })
  return mutate
}
