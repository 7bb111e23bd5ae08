import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useEffect, useEffectEvent, useRef, useState } from 'react'
import { Failure } from '../../app/failure.tsx'
import { useViewer } from '../../app/session.ts'
import { useDebounced } from '../../app/use-debounced.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Coming } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PeopleSkeleton } from '../feed/skeletons.tsx'
import { PersonRow } from '../person/person-row.tsx'
import { Suggestions } from '../person/suggestions.tsx'
import { moveChoice } from './choices.ts'
import { searchFor, type SearchResults } from './queries.ts'
import { type Recent, recentOf, withRecent } from './recent.ts'
import { RecentSearches } from './recent-searches.tsx'
import styles from './search.module.css'
import { TagRow } from './tag-row.tsx'

const pauseMs = 180

/** A field, and what is found; before anything is typed, where one went lately. */
export function SearchView({ asked, onAsk }: { asked: string; onAsk: (text: string) => void }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const [text, setText] = useState(asked)
  const settled = useDebounced(text, pauseMs)
  const around = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const recents = recentOf(viewer?.id ?? null)
  const [recent, setRecent] = useState(recents.read)

  // The address follows what is typed, and a step back what was typed before.
  const follow = useEffectEvent((typed: string) => {
    if (typed !== asked) onAsk(typed)
  })
  useEffect(() => follow(settled.trim()), [settled])
  useEffect(() => {
    setText((now) => (now.trim() === asked ? now : asked))
  }, [asked])
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) field.current?.focus()
  }, [])

  function keep(list: Recent[]): void {
    setRecent(list)
    recents.write(list)
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of what is in it
    <div
      ref={around}
      className={styles.page}
      onKeyDown={(event) => {
        if (!around.current || !field.current) return
        if (moveChoice(event.key, around.current, field.current)) event.preventDefault()
      }}
    >
      <h1 className="visually-hidden">{t('frame.search')}</h1>
      <form
        role="search"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          around.current?.querySelector<HTMLElement>('[data-choice]')?.focus()
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          className={styles.input}
          type="search"
          enterKeyHint="search"
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          dir="auto"
          maxLength={100}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {text !== '' && (
          <IconButton
            icon="close"
            label={t('search.clear')}
            onClick={() => {
              setText('')
              field.current?.focus()
            }}
          />
        )}
      </form>
      {settled.trim() === '' ? (
        <>
          <RecentSearches list={recent} onChange={keep} />
          {viewer && <Suggestions />}
          {!viewer && recent.length === 0 && <Notice title={t('search.begin')}>{t('search.beginText')}</Notice>}
        </>
      ) : (
        <Found text={settled} onOpen={(opened) => keep(withRecent(recent, opened))} />
      )}
    </div>
  )
}

function Found({ text, onOpen }: { text: string; onOpen: (recent: Recent) => void }): ReactElement {
  const { t } = useLanguage()
  const { data, error, isPlaceholderData, refetch } = useQuery(searchFor(text))
  if (!data && error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) {
    return (
      <Coming>
        <PeopleSkeleton />
      </Coming>
    )
  }
  const count = data.people.length + data.tags.length
  return (
    <div aria-busy={isPlaceholderData}>
      <p className="visually-hidden" role="status">
        {!isPlaceholderData && t('search.found', { people: data.people.length, tags: data.tags.length })}
      </p>
      {count === 0 && !isPlaceholderData && (
        <Notice title={t('search.nothing', { text: text.trim() })}>{t('search.nothingText')}</Notice>
      )}
      <Results data={data} onOpen={onOpen} />
    </div>
  )
}

function Results({ data, onOpen }: { data: SearchResults; onOpen: (recent: Recent) => void }): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      {data.people.length > 0 && (
        <section aria-labelledby="found-people">
          <h2 id="found-people" className={styles.title}>
            {t('search.people')}
          </h2>
          {data.people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              onOpen={() => onOpen({ kind: 'person', person: shortOf(person) })}
            />
          ))}
        </section>
      )}
      {data.tags.length > 0 && (
        <section aria-labelledby="found-tags">
          <h2 id="found-tags" className={styles.title}>
            {t('search.tags')}
          </h2>
          {data.tags.map(({ tag, posts }) => (
            <TagRow key={tag} tag={tag} posts={posts} onOpen={() => onOpen({ kind: 'tag', tag })} />
          ))}
        </section>
      )}
    </>
  )
}

function shortOf({
  id,
  username,
  displayName,
  avatar,
}: SearchResults['people'][number]): Extract<Recent, { kind: 'person' }>['person'] {
  return { id, username, displayName, avatar }
}
