import type { ReactElement, ReactNode } from 'react'
import styles from './notice.module.css'

/** In place of what is not there: why, and what to do. */
export function Notice({
  title,
  children,
  action,
  alert = false,
  isPage = false,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  alert?: boolean
  /** It is all that the page has: its title is the page's. */
  isPage?: boolean
}): ReactElement {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <div className={styles.notice} role={alert ? 'alert' : undefined}>
      <span className={styles.frame} aria-hidden="true" />
      <Heading>{title}</Heading>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
