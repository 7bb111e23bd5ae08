import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withBlock } from './changes.ts'

/** What is about the viewer alone. The number of notifications has no observer that asks for it, and would not come back. */
const kept: ReadonlySet<unknown> = new Set(['me', 'notifications'])

/** Blocks somebody, or no longer. */
export function useBlock({ id, username, displayName }: AnyPerson) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const params = { path: { id } }
  const block = useMutation({
    mutationFn: (isBlocked: boolean) =>
      isBlocked
        ? client.put('/api/v1/users/{id}/block', { params })
        : client.delete('/api/v1/users/{id}/block', { params }),
    async onSuccess(_, isBlocked) {
      patchPerson(id, (person) => withBlock(person, isBlocked))
      toast(t(isBlocked ? 'privacy.isBlocked' : 'privacy.isUnblocked', { name: displayName }))
      // They show the viewer nothing, and are not to be asked.
      queryClient.removeQueries({ queryKey: ['feed', 'person', username] })
      // They may be anywhere: what is on screen is asked for anew, and so is all else when somebody comes to it.
      queryClient.removeQueries({ type: 'inactive', predicate: ({ queryKey }) => !kept.has(queryKey[0]) })
      await queryClient.invalidateQueries()
    },
    onError: (error, isBlocked) => fail(error, () => block.mutate(isBlocked)),
  })
  return block
}
