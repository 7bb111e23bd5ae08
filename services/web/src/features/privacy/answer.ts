import { useMutation } from '@tanstack/react-query'
import type { AnyPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { isMissing } from '../../app/errors.ts'
import { refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { followRequests, takeOff } from './queries.ts'

/** Accepts or declines a request to follow. */
export function useAnswer({ id, displayName }: Pick<AnyPerson, 'id' | 'displayName'>) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const params = { path: { id } }
  const answer = useMutation({
    mutationFn: (isAccepted: boolean) =>
      isAccepted
        ? client.post('/api/v1/users/me/follow-requests/{id}/accept', { params })
        : client.post('/api/v1/users/me/follow-requests/{id}/decline', { params }),
    onSuccess(_, isAccepted) {
      takeOff(followRequests, id)
      toast(t(isAccepted ? 'privacy.accepted' : 'privacy.declined', { name: displayName }))
      if (!isAccepted) return
      for (const queryKey of [['me'], ['person']]) void refresh(queryKey)
    },
    onError(error, isAccepted) {
      if (!isMissing(error)) return fail(error, () => answer.mutate(isAccepted))
      // Taken back by who asked, or answered in another tab.
      takeOff(followRequests, id)
      toast(t('privacy.asksNoMore', { name: displayName }))
    },
  })
  return answer
}
