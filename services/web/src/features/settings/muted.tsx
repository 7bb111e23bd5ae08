import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useMute } from '../person/mute.ts'
import { mutedPeople } from '../person/queries.ts'
import styles from './section.module.css'

type Muted = components['schemas']['MutedPerson']
type Pages = InfiniteData<{ items: Muted[] }>

/** Whom the viewer mutes, and until when. */
export function MutedSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(mutedPeople)
  const { data, error, refetch } = query
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const people = peopleIn(data)
  if (people.length === 0) return <Notice title={t('settings.nobodyMuted')}>{t('settings.nobodyMutedText')}</Notice>
  return (
    <>
      <p className={styles.intro}>{t('settings.mutedIntro')}</p>
      <ul className={`${styles.group} ${styles.rows}`}>
        {people.map((person) => (
          <MutedRow key={person.id} person={person} />
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}

function MutedRow({ person }: { person: Muted }): ReactElement {
  const { t, date } = useLanguage()
  const mute = useMute(person)
  const { username, displayName, mutedUntil } = person
  return (
    <li className={styles.row}>
      <Link className={styles.who} to="/@{$username}" params={{ username }}>
        <Avatar person={person} />
        <span>
          <bdi>{displayName}</bdi>
          <span className={styles.hint}>
            {mutedUntil === null ? t('settings.mutedForGood') : t('settings.mutedUntil', { time: date(mutedUntil) })}
          </span>
        </span>
      </Link>
      <Button
        aria-label={`${t('person.unmute')}: ${displayName}`}
        onClick={() => mute({ isMuted: false, until: null })}
      >
        {t('person.unmute')}
      </Button>
    </li>
  )
}

function peopleIn({ pages }: Pages): Muted[] {
  const all = pages.flatMap(({ items }) => items)
  return [...new Map(all.map((person) => [person.id, person])).values()]
}
