import type { components } from '@daguerre/client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ApplicationFault } from './application-fault.tsx'
import styles from './authorize.module.css'
import { Door } from './door.tsx'
import { readAuthorization } from './read-authorization.ts'

type Authorization = components['schemas']['Authorization']
type Decision = NonNullable<components['schemas']['AuthorizationQuestion']['decision']>

/** What an application asks the viewer for, which has sent the browser here with this query. */
export function Authorize({ query }: { query: string }): ReactElement {
  const asked = useQuery({
    queryKey: ['authorization', query],
    queryFn: ({ signal }) => client.post('/api/v1/oauth/authorize', { body: readAuthorization(query), signal }),
    staleTime: Infinity,
    gcTime: 0,
  })
  const { data, error, refetch } = asked
  if (data) return data.redirectTo === null ? <Question query={query} asked={data} /> : <Wrong asked={data} />
  if (error) return <ApplicationFault error={error} isPage onRetry={() => void refetch()} />
  return <Loading />
}

/** Nobody is sent on without a word: anybody registers applications, and a wrong question would lead to wherever they like (RFC 9700 §4.11.2). */
function Wrong({ asked: { application, returnsTo, redirectTo } }: { asked: Authorization }): ReactElement {
  const { t } = useLanguage()
  return (
    <Notice
      alert
      isPage
      title={t('account.authorizeWrong', { name: application.name })}
      action={<Button onClick={() => redirectTo && location.replace(redirectTo)}>{t('account.authorizeBack')}</Button>}
    >
      {t('account.authorizeWrongText', { username: application.developer, host: returnsTo })}
    </Notice>
  )
}

function Question({ query, asked }: { query: string; asked: Authorization }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const { application, scopes, returnsTo } = asked
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      client.post('/api/v1/oauth/authorize', { body: { ...readAuthorization(query), decision } }),
    onSuccess: ({ redirectTo }) => {
      // It stays busy: this page is on its way out.
      if (redirectTo !== null) location.replace(redirectTo)
    },
  })
  const isBusy = decide.isPending || decide.isSuccess
  return (
    <Door
      title={t('account.authorize', { name: application.name })}
      text={t('account.authorizeText', { name: application.name, username: viewer?.username ?? '' })}
      other={t('account.authorizeLater')}
    >
      <ul className={styles.scopes}>
        {scopes.map((scope) => (
          <li key={scope}>{t(`settings.scope.${scope}`)}</li>
        ))}
      </ul>
      <dl className={styles.about}>
        <dt>{t('account.authorizeDeveloper')}</dt>
        <dd>
          <Link to="/@{$username}" params={{ username: application.developer }}>
            <bdi>@{application.developer}</bdi>
          </Link>
        </dd>
        {application.website !== null && (
          <>
            <dt>{t('account.authorizeWebsite')}</dt>
            <dd>
              <bdi>{application.website}</bdi>
            </dd>
          </>
        )}
        <dt>{t('account.authorizeReturn')}</dt>
        <dd>
          <bdi>{returnsTo}</bdi>
        </dd>
      </dl>
      <p className={styles.hint}>{t('account.authorizeNever')}</p>
      <FormFailure error={decide.error} />
      <div className={styles.end}>
        <Button look="primary" busy={isBusy && decide.variables === 'allow'} onClick={() => decide.mutate('allow')}>
          {t('account.allow')}
        </Button>
        <Button busy={isBusy && decide.variables === 'deny'} onClick={() => decide.mutate('deny')}>
          {t('account.deny')}
        </Button>
      </div>
    </Door>
  )
}
