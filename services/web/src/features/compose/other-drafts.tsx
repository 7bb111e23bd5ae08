import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Action, Actions } from '../../ui/dialog.tsx'
import { Time } from '../../ui/time.tsx'
import type { PostInWork } from './posts.ts'
import styles from './composer.module.css'

/** What was begun besides. */
export function OtherDrafts({
  drafts,
  onChoose,
}: {
  drafts: readonly PostInWork[]
  onChoose: (id: string) => void
}): ReactElement | null {
  const { t } = useLanguage()
  if (drafts.length === 0) return null
  return (
    <section className={styles.others}>
      <h2>{t('compose.others')}</h2>
      <Actions>
        {drafts.map(({ id, caption, photos, changedAt }) => (
          <Action key={id} onClick={() => onChoose(id)}>
            <span className={styles.other}>
              <span className={styles.otherText}>
                {caption.trim() === '' ? t('compose.photoCount', { count: photos.length }) : caption}
              </span>
              <Time value={new Date(changedAt).toISOString()} />
            </span>
          </Action>
        ))}
      </Actions>
    </section>
  )
}
