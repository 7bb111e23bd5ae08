import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { refusalText } from './accepted.ts'
import type { Problem } from './desk.ts'
import { postLimits } from './posts.ts'
import styles from './problems.module.css'

/** Files that did not become photos, each with the reason. */
export function Problems({
  problems,
  onDismiss,
}: {
  problems: readonly Problem[]
  onDismiss: (id: string) => void
}): ReactElement {
  const { t } = useLanguage()
  return (
    <div role="alert" className={styles.alert}>
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={problem.id} className={styles.problem}>
            <span>
              {problem.is === 'refused' ? (
                <>
                  <bdi className={styles.name}>{problem.name}</bdi> {t(refusalText[problem.refusal])}
                </>
              ) : (
                t('compose.tooMany', { most: postLimits.photos, count: problem.count })
              )}
            </span>
            <IconButton icon="close" label={t('action.close')} onClick={() => onDismiss(problem.id)} />
          </li>
        ))}
      </ul>
    </div>
  )
}
