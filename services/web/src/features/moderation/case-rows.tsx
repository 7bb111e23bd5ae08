import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Time } from '../../ui/time.tsx'
import { By } from './by.tsx'
import styles from './moderation.module.css'
import type { Case } from './queries.ts'

/** Cases, each a line that leads to it. */
export function CaseRows({ cases }: { cases: readonly Case[] }): ReactElement {
  const { t } = useLanguage()
  return (
    <ul className={styles.rows}>
      {cases.map(({ id, subject, person, state, assignee, reports, reasons, snapshot, updatedAt }) => (
        <li key={id} data-key-item>
          <Link className={styles.row} to="/moderation/cases/$id" params={{ id }} data-key="open">
            {snapshot?.images[0] && <img className={styles.picture} src={snapshot.images[0]} alt="" loading="lazy" />}
            <span>
              <span className={styles.title}>
                {t(`moderation.caseTitle.${subject.kind}`, { name: person.username })}
              </span>
              <span className={styles.short} dir="auto">
                {snapshot ? snapshot.text : t('moderation.gone')}
              </span>
              <span className={styles.hint}>
                {t('moderation.reports', { count: reports })} ·{' '}
                {reasons.map((reason) => t(`moderation.reason.${reason}`)).join(', ')} ·{' '}
                {t(`moderation.state.${state}`)} <By who={assignee} /> · <Time value={updatedAt} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
