import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import styles from './feed.module.css'

/** Between those whom one follows, and everybody. */
export function FeedTabs(): ReactElement {
  const { t } = useLanguage()
  return (
    <nav className={styles.tabs} aria-label={t('feed.feeds')}>
      <Link className={styles.tab} to="/" activeOptions={{ exact: true }}>
        {t('feed.home')}
      </Link>
      <Link className={styles.tab} to="/global">
        {t('feed.global')}
      </Link>
    </nav>
  )
}
