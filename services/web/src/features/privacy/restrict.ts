import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withRestriction } from './changes.ts'
import { restrictedPeople, takeOff } from './queries.ts'

/** Restricts somebody, or no longer; said in a word that can be taken back. */
export function useRestrict({ id, displayName }: Pick<AnyPerson, 'id' | 'displayName'>) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const params = { path: { id } }
  const change = useMutation({
    mutationFn: (isRestricted: boolean) =>
      isRestricted
        ? client.put('/api/v1/users/{id}/restrict', { params })
        : client.delete('/api/v1/users/{id}/restrict', { params }),
    async onSuccess(_, isRestricted) {
      patchPerson(id, (person) => withRestriction(person, isRestricted))
      if (!isRestricted) takeOff(restrictedPeople, id)
      toast(t(isRestricted ? 'privacy.isRestricted' : 'privacy.isUnrestricted', { name: displayName }), {
        label: t('action.undo'),
        run: () => change.mutate(!isRestricted),
      })
      await refresh(restrictedPeople.queryKey)
    },
    onError: (error, isRestricted) => fail(error, () => change.mutate(isRestricted)),
  })
  return change
}
