import type { ReactElement } from 'react'
import type { Look } from './rows.ts'
import styles from './skeletons.module.css'

/** Where posts will be: as large as they will be, so that nothing moves when they come. */
export function ListSkeleton(): ReactElement {
  return (
    <div aria-hidden="true">
      {[0, 1].map((key) => (
        <div key={key}>
          <div className={styles.head}>
            <span className={styles.portrait} />
            <span className={styles.lines}>
              <span className={styles.line} />
              <span className={styles.shortLine} />
            </span>
          </div>
          <div className={styles.photo} />
        </div>
      ))}
    </div>
  )
}

export function GridSkeleton({ look }: { look: Look }): ReactElement {
  return (
    <div className={look === 'squares' ? styles.squares : styles.rows} aria-hidden="true">
      {Array.from({ length: 12 }, (_, key) => (
        <span key={key} className={styles.tile} />
      ))}
    </div>
  )
}

export function PeopleSkeleton(): ReactElement {
  return (
    <div aria-hidden="true">
      {[0, 1, 2, 3, 4].map((key) => (
        <div key={key} className={styles.head}>
          <span className={styles.portrait} />
          <span className={styles.lines}>
            <span className={styles.line} />
            <span className={styles.shortLine} />
          </span>
        </div>
      ))}
    </div>
  )
}
