import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { Composer } from '../features/compose/composer.tsx'
import styles from '../features/compose/composer.module.css'
import { useLanguage } from '../i18n/index.tsx'

export function New(): ReactElement | null {
  const { t } = useLanguage()
  const viewer = useViewer()
  useTitle(t('frame.new'))
  if (!viewer) return null
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t('frame.new')}</h1>
      <Composer ownerId={viewer.id} />
    </div>
  )
}
