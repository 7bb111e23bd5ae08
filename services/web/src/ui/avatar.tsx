import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { placeholderColour } from './placeholder.ts'
import styles from './avatar.module.css'

type Person = Pick<components['schemas']['PersonShort'], 'displayName' | 'username' | 'avatar'>

/** A portrait in an oval mat, as daguerreotypes of people were framed. Its name stands beside it, so it has none. */
export function Avatar({ person, size = 'm' }: { person: Person; size?: 's' | 'm' | 'l' | 'xl' }): ReactElement {
  const { avatar } = person
  const colour = placeholderColour(avatar?.placeholder ?? null)
  return (
    <span className={`${styles.avatar} ${styles[size]}`} aria-hidden="true">
      {avatar ? (
        <img
          className={styles.image}
          src={avatar.url}
          alt=""
          width={avatar.width}
          height={avatar.height}
          loading="lazy"
          decoding="async"
          style={colour === null ? undefined : { backgroundColor: colour }}
        />
      ) : (
        <span className={styles.letter}>{Array.from(person.displayName || person.username)[0]}</span>
      )}
    </span>
  )
}
