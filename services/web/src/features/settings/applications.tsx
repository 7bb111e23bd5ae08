import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { AllowedApplications } from './allowed-applications.tsx'
import { OwnApplications } from './own-applications.tsx'
import styles from './section.module.css'

/** Applications of others that act for the viewer, and those that the viewer makes. */
export function ApplicationSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <section className={styles.group} aria-labelledby="allowed">
        <h2 id="allowed">{t('settings.allowed')}</h2>
        <AllowedApplications />
      </section>
      <section className={styles.group} aria-labelledby="developed">
        <h2 id="developed">{t('settings.developed')}</h2>
        <OwnApplications />
      </section>
    </>
  )
}
