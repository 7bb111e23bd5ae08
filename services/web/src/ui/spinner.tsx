import { type ReactElement, useEffect, useRef } from 'react'
import styles from './spinner.module.css'

export function Spinner({ label }: { label: string }): ReactElement {
  return (
    <span className={styles.spinner} role="status">
      <span className="visually-hidden">{label}</span>
    </span>
  )
}

/** The end of a list: comes near, and asks for more. */
export function MoreBelow({ onNear, label }: { onNear: () => void; label: string }): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onNear()
      },
      { rootMargin: '2000px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  })
  return (
    <div ref={ref} className={styles.more}>
      <Spinner label={label} />
    </div>
  )
}
