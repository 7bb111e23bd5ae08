import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Time } from '../../ui/time.tsx'
import { By } from './by.tsx'
import styles from './moderation.module.css'
import type { Act } from './queries.ts'

/** What was done, by whom and why. */
export function ActRows({ acts }: { acts: readonly Act[] }): ReactElement {
  const { t } = useLanguage()
  if (acts.length === 0) return <p>{t('moderation.nothingDone')}</p>
  return (
    <ul className={styles.rows}>
      {acts.map((act) => (
        <li key={act.id}>
          <ActItem act={act} />
        </li>
      ))}
    </ul>
  )
}

export function ActItem({ act }: { act: Act }): ReactElement {
  const { t, date } = useLanguage()
  const { kind, person, moderator, reason, until, appeal, createdAt } = act
  return (
    <>
      <p>
        <Link className={styles.title} to="/moderation/accounts/$id" params={{ id: person.id }}>
          {t(`moderation.act.${kind}`, { name: person.username })}
        </Link>{' '}
        <By who={moderator} /> <Time value={createdAt} />
      </p>
      {until !== null && <p>{t('moderation.until', { time: date(until) })}</p>}
      {reason !== '' && <p dir="auto">{reason}</p>}
      {appeal && (
        <blockquote className={styles.quote} dir="auto">
          {appeal.text}
        </blockquote>
      )}
      {appeal?.answer && <p dir="auto">{appeal.answer}</p>}
    </>
  )
}
