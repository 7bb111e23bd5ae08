import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { ActButtons } from '../features/moderation/act-form.tsx'
import { ActRows } from '../features/moderation/act-rows.tsx'
import { CaseRows } from '../features/moderation/case-rows.tsx'
import { FreeAccount } from '../features/moderation/free-account.tsx'
import { Inviter } from '../features/moderation/inviter.tsx'
import { ModerationFailure } from '../features/moderation/moderation-failure.tsx'
import styles from '../features/moderation/moderation.module.css'
import { accountById } from '../features/moderation/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Loading } from '../ui/loading.tsx'

const route = getRouteApi('/moderation/accounts/$id')

/** How an account stands, what was reported about it, and what was done. */
export function ModerationAccount(): ReactElement {
  const { t, date } = useLanguage()
  const { id } = route.useParams()
  const viewer = useViewer()
  const { data, error, refetch } = useQuery(accountById(id))
  const title = data ? t('moderation.caseTitle.account', { name: data.person.username }) : t('moderation.title')
  useTitle(title)
  return (
    <div className={styles.page}>
      <h1>{title}</h1>
      {!data && (error ? <ModerationFailure error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {data && (
        <>
          <p>
            {t(`moderation.standing.${data.state}`)}{' '}
            {data.until !== null && t('moderation.until', { time: date(data.until) })}{' '}
            <Link to="/@{$username}" params={{ username: data.person.username }}>
              @{data.person.username}
            </Link>
          </p>
          <Inviter id={id} />
          <ActButtons subject={{ kind: 'account', id }} person={data.person} caseId={null} />
          {viewer?.role === 'admin' && viewer.id !== id && <FreeAccount person={data.person} />}
          <h2>{t('moderation.casesOf')}</h2>
          <CaseRows cases={data.cases} />
          <h2>{t('moderation.done')}</h2>
          <ActRows acts={data.acts} />
        </>
      )}
    </div>
  )
}
