import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { BringArchive } from './bring-archive.tsx'
import { TakeExport } from './take-export.tsx'
import styles from './section.module.css'

/** What somebody takes along, and brings. */
export function DataSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <section className={styles.group} aria-labelledby="take">
        <h2 id="take">{t('settings.take')}</h2>
        <TakeExport />
      </section>
      <section className={styles.group} aria-labelledby="bring">
        <h2 id="bring">{t('settings.bring')}</h2>
        <BringArchive />
      </section>
    </>
  )
}
