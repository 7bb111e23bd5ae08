import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { buttonClass } from '../../ui/button.tsx'
import styles from './invitation.module.css'

/** For who is not signed in: what this is, and how to come in. */
export function Invitation(): ReactElement {
  const { t } = useLanguage()
  return (
    <section className={styles.invitation} aria-labelledby="invitation">
      <h2 id="invitation" className={styles.title}>
        {t('feed.invitation')}
      </h2>
      <p className={styles.text}>{t('feed.invitationText')}</p>
      <p className={styles.ways}>
        <Link className={buttonClass('primary')} to="/register">
          {t('action.register')}
        </Link>
        <Link className={buttonClass()} to="/login">
          {t('action.signIn')}
        </Link>
      </p>
    </section>
  )
}
