import type { Client, components } from '@daguerre/client'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client as ownClient } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import styles from './section.module.css'

type Export = components['schemas']['Export']

const pollMs = 2000

/** A ZIP of all that is here: asked for, made, downloaded. `of`: whose, where it is not by the session. */
export function TakeExport({ client = ownClient, of }: { client?: Client; of?: string }): ReactElement {
  const queryKey = ['exports', of]
  const { t } = useLanguage()
  const failed = useFailureToast()
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => client.get('/api/v1/exports', { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.items[0]?.state === 'working' ? pollMs : false),
  })
  const start = useMutation({
    mutationFn: () => client.post('/api/v1/exports'),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
    onError: (reason) => failed(reason, () => start.mutate()),
  })
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const [newest] = data.items
  const ready = data.items.filter(({ state }) => state === 'ready')
  return (
    <>
      <p className={styles.intro}>{t('settings.takeText')}</p>
      {ready.length > 0 && (
        <ul className={styles.rows}>
          {ready.map((one) => (
            <ReadyExport key={one.id} client={client} ready={one} />
          ))}
        </ul>
      )}
      <div className={styles.status} role="status">
        {newest?.state === 'working' && <Working {...newest} />}
        {newest?.state === 'failed' && <p>{t('settings.takeFailed')}</p>}
      </div>
      {newest?.state !== 'working' && (
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          {t('settings.takeStart')}
        </Button>
      )}
    </>
  )
}

function Working({ done, total }: Export): ReactElement {
  const { t } = useLanguage()
  return (
    <p>
      {total === null ? t('settings.takeWorking') : t('settings.takeProgress', { done, total })}
      <progress
        className={styles.progress}
        aria-label={t('settings.take')}
        {...(total !== null && total > 0 && { max: total, value: done })}
      />
    </p>
  )
}

function ReadyExport({ client, ready }: { client: Client; ready: Export }): ReactElement {
  const { t, date } = useLanguage()
  const failed = useFailureToast()
  const download = useMutation({
    mutationFn: () => client.post('/api/v1/exports/{id}/link', { params: { path: { id: ready.id } } }),
    // An attachment: the page stays where it is.
    onSuccess: ({ url }) => location.assign(url),
    onError: (reason) => failed(reason, () => download.mutate()),
  })
  const made = date(ready.createdAt)
  return (
    <li className={styles.row}>
      <div>
        {t('settings.takeOf', { time: made })}
        <span className={styles.hint}>
          {t('settings.takeUntil', {
            size: megabytes(ready.bytes ?? 0),
            time: date(ready.expiresAt ?? ready.createdAt),
          })}
        </span>
      </div>
      <Button
        look="primary"
        aria-label={t('settings.downloadOf', { time: made })}
        busy={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('settings.download')}
      </Button>
    </li>
  )
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1_000_000))
}
