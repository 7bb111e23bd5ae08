import type { components } from '@daguerre/client'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Loading } from '../../ui/loading.tsx'
import styles from './section.module.css'

type Person = components['schemas']['PersonShort']

/** People of a list that is the viewer's own matter, each once, with what can be done about them. */
export function OwnPeople<Listed extends Person>({
  query,
  intro,
  empty,
  children,
}: {
  query: UseInfiniteQueryResult<InfiniteData<{ items: Listed[] }>>
  /** Above who is on it. */
  intro?: string
  empty: ReactNode
  children: (person: Listed) => ReactElement
}): ReactElement {
  const { data, error, refetch, hasNextPage } = query
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const people = new Map(data.pages.flatMap(({ items }) => items).map((person) => [person.id, person]))
  if (people.size === 0 && !hasNextPage) return <>{empty}</>
  return (
    <>
      {intro && <p className={styles.intro}>{intro}</p>}
      <ul className={`${styles.group} ${styles.rows}`}>{[...people.values()].map(children)}</ul>
      <ListEnd query={query} />
    </>
  )
}

export function OwnPerson({
  person,
  hint,
  children,
}: {
  person: Person
  /** Below the name, in place of the username. */
  hint?: string
  children: ReactNode
}): ReactElement {
  const { username, displayName } = person
  return (
    <li className={`${styles.row} ${styles.person}`} data-key-item>
      <Link className={styles.who} to="/@{$username}" params={{ username }} data-key="open">
        <Avatar person={person} />
        <span className={styles.names}>
          <bdi className={styles.name}>{displayName}</bdi>
          <bdi className={styles.hint}>{hint ?? `@${username}`}</bdi>
        </span>
      </Link>
      <span className={styles.acts}>{children}</span>
    </li>
  )
}
