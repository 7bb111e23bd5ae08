import { Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Publishing } from '../../features/compose/publishing.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Toasts } from '../../ui/toast.tsx'
import { useViewer } from '../session.ts'
import { SessionDialog } from './session-dialog.tsx'
import { Keyboard } from '../keyboard/keyboard.tsx'
import { Arrival } from './arrival.tsx'
import { Later } from './later.tsx'
import { Navigation } from './navigation.tsx'
import { OfflineBar } from './offline-bar.tsx'
import styles from './frame.module.css'

/** What is around every page. */
export function Frame(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        {t('frame.skip')}
      </a>
      <Navigation />
      <div className={styles.status}>
        <OfflineBar />
        <Publishing />
      </div>
      {/* Another person begins with pages of their own. */}
      <main key={viewer?.id} id="main" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <Arrival />
      <Later />
      <Keyboard />
      <Toasts />
      <SessionDialog />
    </div>
  )
}
