import type { components } from '@daguerre/client'
import { infiniteQueryOptions, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { ListEnd } from '../../app/list-end.tsx'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Time } from '../../ui/time.tsx'
import { ApplicationFault } from '../account/application-fault.tsx'
import styles from './section.module.css'

type Allowed = components['schemas']['AllowedApplication']

const grants = infiniteQueryOptions({
  queryKey: ['grants'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/grants', { params: { query: pageOf(50, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/** Applications that the viewer lets act for them. */
export function AllowedApplications(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(grants)
  const { data, error, refetch } = query
  if (!data) {
    if (error) return <ApplicationFault error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const items = data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <p className={styles.intro}>{t('settings.allowedNone')}</p>
  return (
    <>
      <ul className={styles.rows}>
        {items.map((application) => (
          <AllowedRow key={application.id} application={application} />
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}

function AllowedRow({ application }: { application: Allowed }): ReactElement {
  const { t, date } = useLanguage()
  const { id, name, developer, scopes, since, lastUsedAt } = application
  const failed = useFailureToast()
  const [isAsking, setAsking] = useState(false)
  const takeBack = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/grants/{id}', { params: { path: { id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: grants.queryKey }),
    onError: (error) => failed(error, () => takeBack.mutate()),
  })
  return (
    <li className={`${styles.row} ${styles.person}`}>
      <div>
        <bdi>{name}</bdi>
        <span className={styles.hint}>{t('settings.madeBy', { username: developer })}</span>
        <span className={styles.hint}>{scopes.map((scope) => t(`settings.scope.${scope}`)).join(' · ')}</span>
        <span className={styles.hint}>
          {t('settings.allowedSince', { time: date(since, { dateStyle: 'medium' }) })}
          {' · '}
          {t('settings.lastSeen')} <Time value={lastUsedAt} />
        </span>
      </div>
      <Button
        aria-label={t('settings.takeBackFrom', { name })}
        busy={takeBack.isPending}
        onClick={() => setAsking(true)}
      >
        {t('settings.takeBack')}
      </Button>
      {isAsking && (
        <Confirm
          title={t('settings.takeBackTitle', { name })}
          text={t('settings.takeBackText')}
          yes={t('settings.takeBack')}
          onYes={() => {
            setAsking(false)
            takeBack.mutate()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  )
}
