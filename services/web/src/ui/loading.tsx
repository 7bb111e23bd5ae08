import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import styles from './loading.module.css'
import { Spinner } from './spinner.tsx'

/** In place of what is still to come. Nothing is seen of it at first, and when it takes long that is said. */
export function Loading(): ReactElement {
  const { t } = useLanguage()
  return (
    <div className={styles.loading}>
      <Spinner label={t('state.loading')} />
      <p className={styles.slow}>{t('state.slow')}</p>
    </div>
  )
}

/** The same where its shape is known: `children` is as large as it will be, so that nothing moves when it comes. */
export function Coming({ children }: { children: ReactNode }): ReactElement {
  const { t } = useLanguage()
  return (
    <div aria-busy="true">
      <p className="visually-hidden" role="status">
        {t('state.loading')}
      </p>
      {children}
    </div>
  )
}
