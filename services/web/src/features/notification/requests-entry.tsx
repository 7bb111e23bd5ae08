import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ownPerson } from '../account/queries.ts'
import { followRequests } from '../privacy/queries.ts'
import styles from './notification.module.css'

/** The way to who asks to follow the viewer; nothing where nobody does. */
export function RequestsEntry(): ReactElement | null {
  const { t, number } = useLanguage()
  const { data: viewer } = useQuery(ownPerson)
  // Of an open account nobody asks.
  const { data } = useInfiniteQuery({ ...followRequests, enabled: viewer?.private === true })
  const people = data?.pages.flatMap(({ items }) => items) ?? []
  if (people.length === 0) return null
  const isMore = data?.pages.at(-1)?.nextCursor !== null
  return (
    <Link className={styles.requests} to="/settings/$section" params={{ section: 'requests' }} data-key-item>
      <span className={styles.faces}>
        {people.slice(0, 2).map((person) => (
          <Avatar key={person.id} person={person} size="m" />
        ))}
      </span>
      <span className={styles.asking}>
        {isMore
          ? t('privacy.askingMany', { count: number(people.length) })
          : t('privacy.asking', { count: people.length })}
      </span>
      <Icon name="forward" />
    </Link>
  )
}
