import type { EntityManager } from '@mikro-orm/postgresql'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'

/** Statements for a service's migration: which events of its outbox are to be forgotten before their time. */
export const forgottenSql: readonly string[] = [
  `create table forgotten (
    -- of events; one that ends in a colon stands for all that begin so
    subject text primary key,
    -- those with a lower version go, but for these types
    below bigint not null,
    kept_types text[] not null,
    due_at timestamptz not null default now(),
    passes_left smallint not null
  )`,
  'create index forgotten_due on forgotten (due_at)',
]

/** Statements for a migration without transaction: finds the events of a subject. */
export const outboxSubjectSql: readonly string[] = [
  'set lock_timeout = 0',
  'drop index concurrently if exists outbox_subject',
  'create index concurrently outbox_subject on outbox (subject text_pattern_ops)',
  'reset lock_timeout',
]

export const forgottenDistribution: Distribution = {
  tables: { forgotten: { local: 'with the outbox; empty but for the last minute' } },
  allShards: {},
}

// Events that were being written or published during the first pass are there by the second.
const passes = 2
const secondPassSeconds = 30
const batch = 200
/** What was liked a million times is forgotten in turns: no statement outlasts its time. */
const mostEvents = 5_000

export type Forgotten = {
  /** What the events are about; with a colon at its end, all subjects that begin so. */
  subject: string
  /** Of which events some stay: that it is gone, say. Without it none do. */
  keep?: readonly { type: string }[]
  /** Only those with a lower version go. */
  below?: number
}

/**
 * What events said of something that is deleted goes from the outbox, so that no replay brings it back; a job does it (`eraseForgotten`),
 * twice. In the transaction of the deletion.
 */
export async function forgetEvents(em: EntityManager, forgotten: readonly Forgotten[]): Promise<void> {
  // One order for all, so that two of these cannot wait for each other in a circle.
  const rows = [...new Map(forgotten.map((one) => [one.subject, one])).values()].toSorted((a, b) =>
    a.subject < b.subject ? -1 : 1,
  )
  if (rows.length === 0) return
  await query(
    em,
    `insert into forgotten (subject, below, kept_types, passes_left)
     select subject, below, string_to_array(kept, ' '), ${passes}
       from unnest(?::text[], ?::bigint[], ?::text[]) as f (subject, below, kept)
     on conflict (subject) do update set below = greatest(forgotten.below, excluded.below),
       kept_types = excluded.kept_types, due_at = now(), passes_left = ${passes}`,
    [
      rows.map(({ subject }) => subject),
      rows.map(({ below = Number.MAX_SAFE_INTEGER }) => below),
      rows.map(({ keep = [] }) => keep.map(({ type }) => type).join(' ')),
    ],
  )
}

/** Erases what is due; replicas share the work. @param most events in one statement @returns how many events went */
export async function eraseForgotten(em: EntityManager, signal?: AbortSignal, most = mostEvents): Promise<number> {
  let gone = 0
  for (;;) {
    if (signal?.aborted) return gone
    const taken = await em.fork().transactional((tx) => eraseBatch(tx, most))
    gone += taken.gone
    if (taken.isLast) return gone
  }
}

async function eraseBatch(tx: EntityManager, most: number): Promise<{ isLast: boolean; gone: number }> {
  const due = await query<{ subject: string; below: string; kept: string }>(
    tx,
    `select subject, below, array_to_string(kept_types, ' ') as kept from forgotten where due_at <= now() order by due_at limit ${batch} for update skip locked`,
  )
  if (due.length === 0) return { isLast: true, gone: 0 }
  const exact = due.filter(({ subject }) => !subject.endsWith(':'))
  // A relay that publishes one holds its row; the next pass finds it.
  let gone = await erase(
    tx,
    most,
    `join unnest(?::text[], ?::bigint[], ?::text[]) as f (subject, below, kept)
       on o.subject = f.subject and o.version < f.below and o.type <> all(string_to_array(f.kept, ' '))`,
    [exact.map(({ subject }) => subject), exact.map(({ below }) => below), exact.map(({ kept }) => kept)],
  )
  const unfinished = new Set(gone === most ? exact.map(({ subject }) => subject) : [])
  for (const { subject, below, kept } of due) {
    if (!subject.endsWith(':')) continue
    const which = `where o.subject like ? and o.version < ? and o.type <> all(string_to_array(?, ' '))`
    const erased = await erase(tx, most, which, [`${subject}%`, below, kept])
    gone += erased
    if (erased === most) unfinished.add(subject)
  }
  const subjects = due.flatMap(({ subject }) => (unfinished.has(subject) ? [] : [subject]))
  await query(tx, 'delete from forgotten where subject = any(?::text[]) and passes_left <= 1', [subjects])
  await query(
    tx,
    `update forgotten set passes_left = passes_left - 1, due_at = now() + make_interval(secs => ${secondPassSeconds})
      where subject = any(?::text[])`,
    [subjects],
  )
  return { isLast: due.length < batch && unfinished.size === 0, gone }
}

async function erase(tx: EntityManager, most: number, which: string, params: unknown[]): Promise<number> {
  const rows = await query(
    tx,
    `delete from outbox where id in (select o.id from outbox o ${which} limit ? for update of o skip locked) returning 1 as gone`,
    [...params, most],
  )
  return rows.length
}
