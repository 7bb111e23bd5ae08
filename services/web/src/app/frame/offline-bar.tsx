import { type ReactElement, useSyncExternalStore } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import styles from './frame.module.css'

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine)
}

/** Says that there is no line for as long as there is none. */
export function OfflineBar(): ReactElement {
  const { t } = useLanguage()
  const isOnline = useOnline()
  return (
    <div role="status" className={styles.offlineBar}>
      {!isOnline && <p>{t('frame.offline')}</p>}
    </div>
  )
}
