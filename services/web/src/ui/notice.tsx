import type { ReactElement, ReactNode } from 'react'
import styles from './notice.module.css'

/** In place of what is not there: why, and what to do. */
export function Notice({
  title,
  children,
  action,
  alert = false,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  alert?: boolean
}): ReactElement {
  return (
    <div className={styles.notice} role={alert ? 'alert' : undefined}>
      <span className={styles.frame} aria-hidden="true" />
      <h2>{title}</h2>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
