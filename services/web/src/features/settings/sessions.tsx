import type { components } from '@daguerre/client'
import { type InfiniteData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useSignOut } from '../../app/sign-out.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { type Language, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { ownFactors, ownSessions } from '../account/queries.ts'
import { deviceOf } from './device.ts'
import styles from './section.module.css'

type Session = components['schemas']['Session']
type Pages = InfiniteData<{ items: Session[]; nextCursor: string | null }, string | null>

export function SessionSettings(): ReactElement {
  const language = useLanguage()
  const { t } = language
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(ownSessions)
  const { data: factors } = useQuery(ownFactors)
  const hasFactor = factors && (factors.totp !== null || factors.passkeys.length > 0)
  const [isAsking, setAsking] = useState(false)
  const failed = useFailureToast()
  const signOut = useSignOut()
  const [isLeaving, setLeaving] = useState(false)

  const endOne = useMutation({
    mutationFn: ({ id }: Session) => client.delete('/api/v1/auth/sessions/{id}', { params: { path: { id } } }),
    onSuccess: (_, { id }) => keepOnly((session) => session.id !== id),
    onError: (error, session) => failed(error, () => endOne.mutate(session)),
  })
  const endOthers = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/sessions'),
    onSuccess: () => {
      keepOnly((session) => session.current)
      toast(t('settings.othersEnded'))
    },
    onError: (error) => failed(error, () => endOthers.mutate()),
  })

  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const sessions = data.pages.flatMap(({ items }) => items)
  return (
    <>
      <p className={styles.intro}>{t('settings.sessionsIntro')}</p>
      <ul className={`${styles.group} ${styles.rows}`}>
        {sessions.map((session) => {
          const name = nameOf(session, language)
          return (
            <li key={session.id} className={styles.row}>
              <div>
                <bdi>{name}</bdi>
                <span className={styles.hint}>
                  {t('settings.lastSeen')} <Time value={session.lastSeenAt} />
                  {session.place && <> · {nameOfPlace(session.place, language)}</>}
                </span>
                {hasFactor && !session.secondFactor && (
                  <span className={styles.hint}>{t('settings.withoutFactor')}</span>
                )}
              </div>
              {session.current ? (
                <span className={styles.mine}>{t('settings.thisSession')}</span>
              ) : (
                <Button
                  aria-label={t('settings.endSession', { name })}
                  busy={endOne.isPending && endOne.variables.id === session.id}
                  onClick={() => endOne.mutate(session)}
                >
                  {t('settings.end')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      <div className={styles.end}>
        {hasNextPage && (
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('settings.moreSessions')}
          </Button>
        )}
        {(sessions.length > 1 || hasNextPage) && (
          <Button look="danger" busy={endOthers.isPending} onClick={() => setAsking(true)}>
            {t('settings.endOthers')}
          </Button>
        )}
        <Button
          busy={isLeaving}
          onClick={() => {
            setLeaving(true)
            void signOut().finally(() => setLeaving(false))
          }}
        >
          {t('settings.signOutHere')}
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={t('settings.endOthersTitle')}
          text={t('settings.endOthersText')}
          yes={t('settings.endOthers')}
          onYes={() => {
            setAsking(false)
            endOthers.mutate()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

function nameOf({ userAgent }: Session, { t }: Language): string {
  const { browser, system } = deviceOf(userAgent)
  if (browser !== null && system !== null) return t('settings.device', { browser, system })
  return browser ?? system ?? (userAgent || t('settings.unknownDevice'))
}

/** Cities have the name that the server knows, countries that of the page's language. */
function nameOfPlace({ country, city }: NonNullable<Session['place']>, { locale }: Language): string {
  const isCode = /^[A-Z]{2}$/.test(country)
  const name = isCode ? new Intl.DisplayNames(locale, { type: 'region' }).of(country) : undefined
  return [city, name ?? country].filter((part) => part !== null).join(', ')
}

function keepOnly(keep: (session: Session) => boolean): void {
  queryClient.setQueryData<Pages>(
    ownSessions.queryKey,
    (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter(keep) })) },
  )
}
