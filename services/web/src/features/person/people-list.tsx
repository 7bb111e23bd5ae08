import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { Coming } from '../../ui/loading.tsx'
import { Windowed } from '../../ui/windowed.tsx'
import { PeopleSkeleton } from '../feed/skeletons.tsx'
import { PersonRow } from './person-row.tsx'

type People = UseInfiniteQueryResult<{ pages: { items: AnyPerson[] }[] }>

/** People one below the other, as many as there are. */
export function PeopleList({ name, query, empty }: { name: string; query: People; empty: ReactNode }): ReactElement {
  const { data, error, isPending, hasNextPage, refetch } = query
  if (isPending) {
    return (
      <Coming>
        <PeopleSkeleton />
      </Coming>
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
      <ListEnd query={query} />
    </>
  )
}
