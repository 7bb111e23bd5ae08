import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Loading } from '../../ui/loading.tsx'
import { type Kind, preferences, refreshAll } from '../notification/queries.ts'
import { PushSwitch } from './push-switch.tsx'
import styles from './section.module.css'

const kinds = [
  'followed',
  'requested',
  'accepted',
  'liked',
  'commented',
  'replied',
  'mentioned',
  'posted',
  'moderated',
] as const satisfies readonly Kind[]
const ways = ['inApp', 'push'] as const
type Way = (typeof ways)[number]

export function NotificationSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <PushSwitch />
      <section className={styles.group}>
        <h2>{t('settings.byKind')}</h2>
        <p className={styles.intro}>{t('settings.byKindText')}</p>
        <ByKind />
      </section>
    </>
  )
}

function ByKind(): ReactElement {
  const { t } = useLanguage()
  const { data, error, refetch } = useQuery(preferences)
  const failed = useFailureToast()
  const change = useMutation({
    mutationFn: ({ kind, way, on }: { kind: Kind; way: Way; on: boolean }) =>
      client.patch('/api/v1/notifications/preferences', { body: { kinds: { [kind]: { [way]: on } } } }),
    async onMutate({ kind, way, on }) {
      await queryClient.cancelQueries({ queryKey: preferences.queryKey })
      put(kind, way, on)
    },
    onError(error, wanted) {
      put(wanted.kind, wanted.way, !wanted.on)
      failed(error, () => change.mutate(wanted))
    },
    // A kind that is switched off is gone from the list and the count as well.
    onSuccess: () => void refreshAll(),
  })
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td />
          {ways.map((way) => (
            <th key={way} scope="col">
              {t(`settings.way.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => (
          <tr key={kind}>
            <th scope="row">{t(`settings.kind.${kind}`)}</th>
            {ways.map((way) => (
              <td key={way}>
                <label>
                  <span className="visually-hidden">
                    {t(`settings.kind.${kind}`)}: {t(`settings.way.${way}`)}
                  </span>
                  <input
                    type="checkbox"
                    className={styles.box}
                    checked={data.kinds[kind][way]}
                    // What is not shown at all is not sent either.
                    disabled={way === 'push' && !data.kinds[kind].inApp}
                    onChange={(event) => change.mutate({ kind, way, on: event.target.checked })}
                  />
                </label>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function put(kind: Kind, way: Way, on: boolean): void {
  queryClient.setQueryData(
    preferences.queryKey,
    (now) => now && { ...now, kinds: { ...now.kinds, [kind]: { ...now.kinds[kind], [way]: on } } },
  )
}
