import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactElement, useId, useState } from 'react'
import { ListEnd } from '../app/list-end.tsx'
import { useTitle } from '../app/title.ts'
import { AppealAnswer } from '../features/moderation/appeal-answer.tsx'
import { Applicants } from '../features/moderation/applicants.tsx'
import { BlockedTexts } from '../features/moderation/blocked-texts.tsx'
import { By } from '../features/moderation/by.tsx'
import { CaseRows } from '../features/moderation/case-rows.tsx'
import { Listed } from '../features/moderation/listed.tsx'
import { ModerationFailure } from '../features/moderation/moderation-failure.tsx'
import styles from '../features/moderation/moderation.module.css'
import { PhotoBlocks } from '../features/moderation/photo-blocks.tsx'
import { auditLog, type CaseFilter, caseList, caseReasons, openAppeals } from '../features/moderation/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Loading } from '../ui/loading.tsx'
import { Notice } from '../ui/notice.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/moderation')
const tabs = ['cases', 'appeals', 'registrations', 'texts', 'blocks', 'audit'] as const

/** What waits for moderators, and what they have done. */
export function Moderation(): ReactElement {
  const { t } = useLanguage()
  const { tab } = route.useSearch()
  const current = tabs.find((one) => one === tab) ?? 'cases'
  useTitle(t('moderation.title'))
  return (
    <div className={styles.page}>
      <h1>{t('moderation.title')}</h1>
      <nav className={styles.tabs} aria-label={t('moderation.tabs')}>
        {tabs.map((one) => (
          <Link
            key={one}
            className={styles.tab}
            to="/moderation"
            search={one === 'cases' ? {} : { tab: one }}
            activeOptions={{ exact: true, explicitUndefined: true }}
            aria-current={one === current ? 'page' : undefined}
            replace
          >
            {t(`moderation.tab.${one}`)}
          </Link>
        ))}
      </nav>
      {current === 'cases' && <Cases />}
      {current === 'appeals' && <Appeals />}
      {current === 'registrations' && <Applicants />}
      {current === 'texts' && <BlockedTexts />}
      {current === 'blocks' && <PhotoBlocks />}
      {current === 'audit' && <Audit />}
    </div>
  )
}

function Cases(): ReactElement {
  const { t } = useLanguage()
  const [filter, setFilter] = useState<CaseFilter>({ state: 'open' })
  const query = useInfiniteQuery(caseList(filter))
  const { data, error, refetch } = query
  const cases = data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <div className={styles.filters}>
        {(['state', 'kind', 'reason'] as const).map((name) => (
          <Filter key={name} name={name} filter={filter} onChange={setFilter} />
        ))}
      </div>
      {!cases && (error ? <ModerationFailure error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {cases?.length === 0 && <Notice title={t('moderation.noCases')}>{t('moderation.noCasesText')}</Notice>}
      {cases && <CaseRows cases={cases} />}
      <ListEnd query={query} />
    </>
  )
}

const values = {
  state: ['open', 'working', 'closed'],
  kind: ['post', 'comment', 'account'],
  reason: caseReasons,
} as const

function Filter<Name extends keyof typeof values>(props: {
  name: Name
  filter: CaseFilter
  onChange: (filter: CaseFilter) => void
}): ReactElement {
  const { t } = useLanguage()
  const id = useId()
  const { name, filter, onChange } = props
  return (
    <span>
      <label htmlFor={id}>{t(`moderation.filter.${name}`)}</label>{' '}
      <select
        id={id}
        className={styles.select}
        value={filter[name] ?? ''}
        onChange={({ target: { value } }) => {
          const { [name]: _before, ...others } = filter
          onChange(value === '' ? others : { ...others, [name]: value })
        }}
      >
        <option value="">{t('moderation.filter.all')}</option>
        {values[name].map((value) => (
          <option key={value} value={value}>
            {t(`moderation.${name}.${value}` as Parameters<typeof t>[0])}
          </option>
        ))}
      </select>
    </span>
  )
}

function Appeals(): ReactElement {
  return (
    <Listed
      query={useInfiniteQuery(openAppeals)}
      empty="moderation.noAppeals"
      emptyText="moderation.noAppealsText"
      keyOf={({ id }) => id}
      renderItem={(act) => <AppealAnswer act={act} />}
    />
  )
}

function Audit(): ReactElement {
  const { t } = useLanguage()
  return (
    <Listed
      query={useInfiniteQuery(auditLog)}
      empty="moderation.noEntries"
      emptyText="moderation.noEntriesText"
      keyOf={({ sequence }) => sequence}
      renderItem={({ sequence, action, actor, subject, reason, before, after, at, hash }) => (
        <>
          <p>
            <span className={styles.title}>{t('moderation.entry', { sequence })}</span>{' '}
            <code>
              {action} {subject.kind} {subject.id}
            </code>{' '}
            <By who={actor} /> <Time value={at} />
          </p>
          {reason !== '' && <p dir="auto">{reason ?? t('moderation.reasonGone')}</p>}
          <p className={styles.hash}>
            {JSON.stringify(before)} → {JSON.stringify(after)}
          </p>
          <p className={styles.hash}>{hash}</p>
        </>
      )}
    />
  )
}
