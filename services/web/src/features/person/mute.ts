import { useMutation } from '@tanstack/react-query'
import { type AnyPerson, patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient, refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'

interface Mute {
  isMuted: boolean
  /** When it ends by itself; null: not before it is taken back. */
  until: Date | null
}

/** The person as they are when the viewer mutes them, or no longer does. The same object if nothing changes. */
export function withMute(person: AnyPerson, muted: boolean): AnyPerson {
  if (!person.viewer || person.viewer.muted === muted) return person
  return { ...person, viewer: { ...person.viewer, muted } }
}

/** Mutes somebody, or no longer; shown at once, said in a word that can be taken back, and undone if it fails. */
export function useMute({ id, displayName }: Pick<AnyPerson, 'id' | 'displayName'>): (mute: Mute) => void {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const mutationKey = ['mute', id]
  const params = { path: { id } }
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: ({ isMuted, until }: Mute): Promise<unknown> =>
      isMuted
        ? client.put('/api/v1/users/{id}/mute', { params, body: { until: until?.toISOString() ?? null } })
        : client.delete('/api/v1/users/{id}/mute', { params }),
    onMutate: ({ isMuted }) => patchPerson(id, (person) => withMute(person, isMuted)),
    onSuccess(_, { isMuted }) {
      toast(t(isMuted ? 'person.isMuted' : 'person.isUnmuted', { name: displayName }), {
        label: t('action.undo'),
        run: () => mutate({ isMuted: !isMuted, until: null }),
      })
      void refresh(['muted'])
      for (const feed of ['home', 'global', 'explore']) void refresh(['feed', feed])
    },
    onError(error, mute) {
      if (queryClient.isMutating({ mutationKey }) === 1) patchPerson(id, (person) => withMute(person, !mute.isMuted))
      fail(error, () => mutate(mute))
    },
  })
  return mutate
}
