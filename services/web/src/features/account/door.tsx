import type { ReactElement, ReactNode } from 'react'
import styles from './door.module.css'

/** The page at which one comes in: a title, a form, and the other way. */
export function Door(props: { title: string; text?: string; children: ReactNode; other: ReactNode }): ReactElement {
  return (
    <div className={styles.door}>
      <h1 className={styles.title}>{props.title}</h1>
      {props.text !== undefined && <p className={styles.text}>{props.text}</p>}
      <div className={styles.form}>{props.children}</div>
      <p className={styles.other}>{props.other}</p>
    </div>
  )
}
