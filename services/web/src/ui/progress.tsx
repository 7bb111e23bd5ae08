import type { ReactElement } from 'react'
import styles from './progress.module.css'

/** How much has come, from 0 to 1: a thin line along an edge of what it is in, where `className` puts it. */
export function Progress({
  value,
  label,
  className,
}: {
  value: number
  /** None where it is said beside it. */
  label?: string
  className: string | undefined
}): ReactElement {
  return (
    <progress
      className={`${styles.progress} ${className ?? ''}`}
      max={1}
      value={value}
      aria-label={label}
      aria-hidden={label === undefined}
    />
  )
}
