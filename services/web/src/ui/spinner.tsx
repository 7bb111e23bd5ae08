import type { ReactElement } from 'react'
import styles from './spinner.module.css'

export function Spinner({ label }: { label: string }): ReactElement {
  return (
    <span className={styles.spinner} role="status">
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
