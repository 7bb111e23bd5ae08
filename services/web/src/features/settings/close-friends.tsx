import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { FailureLine } from '../../app/failure.tsx'
import { useViewer } from '../../app/session.ts'
import { useDebounced } from '../../app/use-debounced.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useCloseFriend } from '../privacy/close-friend.ts'
import { closeFriends } from '../privacy/queries.ts'
import { searchFor } from '../search/queries.ts'
import { OwnPeople, OwnPerson } from './own-people.tsx'
import styles from './section.module.css'

const pauseMs = 180
const most = 8

/** Who sees the viewer's posts for close friends. */
export function CloseFriendSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(closeFriends)
  const friends = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <p className={styles.intro}>{t('privacy.closeFriendsIntro')}</p>
      <Finder known={new Set(friends.map(({ id }) => id))} />
      <OwnPeople
        query={query}
        empty={<Notice title={t('privacy.noCloseFriends')}>{t('privacy.noCloseFriendsText')}</Notice>}
      >
        {(person) => <Friend key={person.id} person={person} isClose />}
      </OwnPeople>
    </>
  )
}

/** Finds people to add. */
function Finder({ known }: { known: ReadonlySet<string> }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const [text, setText] = useState('')
  const settled = useDebounced(text, pauseMs).trim().replace(/^@/, '')
  const { data, error, isPlaceholderData, refetch } = useQuery(searchFor(settled === '' ? '' : `@${settled}`))
  const others = data?.people.filter(({ id }) => id !== viewer?.id) ?? []
  const found = settled === '' ? [] : others.filter(({ id }) => !known.has(id)).slice(0, most)
  return (
    <section className={styles.group}>
      <TextField
        label={t('privacy.find')}
        type="search"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="auto"
        maxLength={50}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {error && settled !== '' && <FailureLine error={error} onRetry={() => void refetch()} />}
      <ul className={styles.rows}>
        {found.map((person) => (
          <Friend key={person.id} person={person} isClose={false} />
        ))}
      </ul>
      <p className={styles.hint} role="status">
        {settled !== '' &&
          data &&
          !isPlaceholderData &&
          found.length === 0 &&
          t(others.length > 0 ? 'privacy.allFoundAreClose' : 'privacy.foundNobody')}
      </p>
    </section>
  )
}

function Friend({ person, isClose }: { person: AnyPerson; isClose: boolean }): ReactElement {
  const { t } = useLanguage()
  const change = useCloseFriend(person)
  const text = t(isClose ? 'settings.remove' : 'privacy.add')
  return (
    <OwnPerson person={person}>
      <Button
        aria-label={`${text}: ${person.displayName}`}
        busy={change.isPending}
        onClick={() => change.mutate(!isClose)}
      >
        {text}
      </Button>
    </OwnPerson>
  )
}
