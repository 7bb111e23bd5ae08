import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type Entity, segmentsOf } from './segments.ts'
import styles from './rich-text.module.css'

/** What somebody wrote: in the serif, line breaks kept, its tags and mentions as links. */
export function RichText({ text, entities }: { text: string; entities: readonly Entity[] }): ReactElement {
  return (
    <span className={styles.text} dir="auto">
      {segmentsOf(text, entities).map(({ text, entity }, index) => {
        if (entity?.type === 'hashtag') {
          return (
            <Link key={index} className={styles.link} to="/tags/$tag" params={{ tag: entity.tag }}>
              {text}
            </Link>
          )
        }
        // Nobody has the name: there is nowhere to go.
        if (entity?.type === 'mention' && entity.userId !== null) {
          return (
            <Link key={index} className={styles.link} to="/@{$username}" params={{ username: entity.username }}>
              {text}
            </Link>
          )
        }
        return text
      })}
    </span>
  )
}
