import { type UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { Failure, FailureLine } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { MoreBelow } from '../../ui/spinner.tsx'
import { Windowed } from '../../ui/windowed.tsx'
import { PeopleSkeleton } from '../feed/skeletons.tsx'
import { PersonRow } from './person-row.tsx'

type People = UseInfiniteQueryResult<{ pages: { items: AnyPerson[] }[] }>

/** People one below the other, as many as there are. */
export function PeopleList({ name, query, empty }: { name: string; query: People; empty: ReactNode }): ReactElement {
  const { t } = useLanguage()
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query
  if (isPending) {
    return (
      <div aria-busy="true">
        <p className="visually-hidden" role="status">
          {t('state.loading')}
        </p>
        <PeopleSkeleton />
      </div>
    )
  }
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />
  const byId = new Map(data.pages.flatMap((page) => page.items).map((person) => [person.id, person]))
  if (byId.size === 0 && !hasNextPage) return <>{empty}</>
  return (
    <>
      <Windowed
        name={name}
        keys={[...byId.keys()]}
        estimate={() => 64}
        render={(id) => {
          const person = byId.get(id)
          return person && <PersonRow person={person} />
        }}
      />
      {hasNextPage && error && <FailureLine error={error} onRetry={() => void fetchNextPage()} />}
      {hasNextPage && !error && (
        <MoreBelow
          label={t('state.loading')}
          onNear={() => {
            if (!isFetchingNextPage) void fetchNextPage()
          }}
        />
      )}
    </>
  )
}
