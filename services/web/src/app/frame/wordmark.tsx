import type { ReactElement } from 'react'
import styles from './navigation.module.css'

/** The oval of a cased daguerreotype, half in the light; beside it the name where there is room. */
export function Wordmark(): ReactElement {
  return (
    <>
      <svg className={styles.mark} viewBox="0 0 24 30" aria-hidden="true" focusable="false">
        <ellipse cx="12" cy="15" rx="11" ry="14" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M12 4a8 11 0 0 0 0 22z" fill="currentColor" />
      </svg>
      <span className={styles.name}>Daguerre</span>
    </>
  )
}
