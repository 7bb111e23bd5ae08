import type { EntityManager } from '@mikro-orm/postgresql'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'

/** Statements for a service's migration: what is gone for good, and what of it is still to be erased. */
export const erasureSql: readonly string[] = [
  `create table erasure (
    kind text not null,
    id uuid not null,
    noted_at timestamptz not null default now(),
    passes smallint not null default 0,
    -- when the next pass is due, or the lease of who makes it now ends; null when all is done: the tombstone stays
    due_at timestamptz default now(),
    primary key (kind, id)
  )`,
  'create index erasure_due on erasure (kind, due_at) where due_at is not null',
]

export const erasureDistribution: Distribution = {
  tables: { erasure: { by: 'id', of: 'what is gone' } },
  allShards: {
    'due-erasures': { why: 'a job: what is to be erased next', instead: 'which one, then the same for that one' },
  },
}

// Another replica leaves one alone that long while this one works on it.
const leaseSeconds = 60

/** Of somebody who has left: what was in work when they did, and what a token of theirs could still do that no gateway has stopped. */
export const sessionPausesSeconds: readonly number[] = [30, 1200]

/** Things are gone, and all that is kept of them is to be erased. In the transaction that says so; again changes nothing. */
export async function noteErasures(em: EntityManager, kind: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await query(
    em,
    'insert into erasure (kind, id) select ?::text, id from unnest(?::uuid[]) as id on conflict do nothing',
    [kind, [...new Set(ids)].toSorted()],
  )
}

/** Which of these are gone. */
export async function findErased(em: EntityManager, kind: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await query<{ id: string }>(em, 'select id from erasure where kind = ? and id = any(?::uuid[])', [
    kind,
    ids,
  ])
  return new Set(rows.map(({ id }) => id))
}

/**
 * Makes the passes that are due, one thing after the other; replicas share the work, and what a crash leaves is taken up when its lease ends.
 * @param options.pausesSeconds between one pass and the next: what was being written during one is there by a later one
 * @param options.erase repeats itself harmlessly; one that throws is tried again at the next turn
 */
export async function eraseDue(
  em: EntityManager,
  options: {
    kind: string
    pausesSeconds: readonly number[]
    erase: (id: string) => Promise<void>
    signal?: AbortSignal | undefined
  },
): Promise<void> {
  const { kind, pausesSeconds, erase } = options
  while (!options.signal?.aborted) {
    const [due] = await query<{ id: string; passes: number }>(
      em,
      `/* all shards: due-erasures */ update erasure set due_at = now() + make_interval(secs => ${leaseSeconds})
        where kind = ? and id = (select id from erasure where kind = ? and due_at <= now()
                                  order by due_at limit 1 for update skip locked)
       returning id, passes`,
      [kind, kind],
    )
    if (!due) return
    await erase(due.id)
    // Another replica may have taken it up meanwhile, the lease having ended: of both this pass counts once.
    await query(
      em,
      `update erasure set passes = passes + 1, due_at = now() + make_interval(secs => ?)
        where kind = ? and id = ? and passes = ?`,
      [pausesSeconds[due.passes] ?? null, kind, due.id, due.passes],
    )
  }
}
