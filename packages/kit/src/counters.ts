import type { EntityManager } from '@mikro-orm/postgresql'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'

/** Statements for a service's migration: counters as a base and deltas that are not folded in yet. */
export const counterSql: readonly string[] = [
  `create table counter (
    subject_id uuid not null,
    name text not null,
    value bigint not null,
    primary key (subject_id, name)
  )`,
  `create table counter_delta (
    id bigint generated always as identity primary key,
    subject_id uuid not null,
    name text not null,
    delta bigint not null
  )`,
  'create index counter_delta_subject on counter_delta (subject_id, name) include (delta)',
]

/**
 * Statements for a migration after `counterSql`, one without transaction: the key of a delta holds what the table is spread
 * by. Run again after an end in the middle they do no harm.
 */
export const counterKeySql: readonly string[] = [
  'set lock_timeout = 0',
  'drop index concurrently if exists counter_delta_key',
  'create unique index concurrently counter_delta_key on counter_delta (id, subject_id)',
  'reset lock_timeout',
  `alter table counter_delta drop constraint counter_delta_pkey,
     add constraint counter_delta_pkey primary key using index counter_delta_key`,
]

/** @param of whose counters they are */
export function counterDistribution(of: string): Distribution {
  return {
    tables: { counter: { by: 'subject_id', of }, counter_delta: { by: 'subject_id', of } },
    allShards: {
      'fold-counters': {
        why: 'a job: only the deltas know which subjects have new ones',
        instead: 'which subjects have some, then the same for each of them',
      },
    },
  }
}

/** Adds to a counter, in the transaction of `em`. An insert only: nobody waits for anybody. */
export async function bump(em: EntityManager, subjectId: string, name: string, delta: number): Promise<void> {
  if (delta === 0) return
  await query(em, 'insert into counter_delta (subject_id, name, delta) values (?, ?, ?)', [subjectId, name, delta])
}

/** Adds the same to a counter of several subjects, in one statement. */
export async function bumpAll(
  em: EntityManager,
  subjectIds: readonly string[],
  name: string,
  delta: number,
): Promise<void> {
  if (delta === 0 || subjectIds.length === 0) return
  await query(em, 'insert into counter_delta (subject_id, name, delta) select unnest(?::uuid[]), ?::text, ?::bigint', [
    subjectIds,
    name,
    delta,
  ])
}

/** The exact counts as of one snapshot, for every id asked and every name; 0 where nothing was counted. */
export async function readCounts<N extends string>(
  em: EntityManager,
  ids: readonly string[],
  names: readonly N[],
): Promise<Map<string, Record<N, number>>> {
  const counts = new Map(ids.map((id) => [id, Object.fromEntries(names.map((name) => [name, 0])) as Record<N, number>]))
  if (ids.length === 0) return counts
  const rows = await query<{ subject_id: string; name: N; value: string }>(
    em,
    `select subject_id, name, sum(value) as value from (
       select subject_id, name, value from counter where subject_id = any(?::uuid[]) and name = any(?::text[])
       union all
       select subject_id, name, delta from counter_delta where subject_id = any(?::uuid[]) and name = any(?::text[])
     ) parts group by subject_id, name`,
    [ids, names, ids, names],
  )
  for (const row of rows) counts.get(row.subject_id)![row.name] = Number(row.value)
  return counts
}

/**
 * Folds pending deltas into their counters, in one statement, so that readers see each delta exactly once. Run it by
 * `startJob` every second; replicas may run it at the same time. @returns how many deltas were folded
 */
export async function foldCounters(em: EntityManager, limit = 5000): Promise<number> {
  const [row] = await query<{ folded: string }>(
    em,
    `/* all shards: fold-counters */ with picked as (
       select id from counter_delta order by id limit ? for update skip locked
     ), gone as (
       delete from counter_delta using picked where counter_delta.id = picked.id
       returning subject_id, name, delta
     ), folded as (
       insert into counter (subject_id, name, value)
       select subject_id, name, sum(delta) from gone group by subject_id, name order by subject_id, name
       on conflict (subject_id, name) do update set value = counter.value + excluded.value
     )
     select count(*) as folded from gone`,
    [limit],
  )
  return Number(row?.folded ?? 0)
}

/** Forgets all counts of these subjects, in the transaction of `em`. */
export async function dropCounts(em: EntityManager, subjectIds: readonly string[]): Promise<void> {
  await query(em, 'delete from counter_delta where subject_id = any(?::uuid[])', [subjectIds])
  await query(em, 'delete from counter where subject_id = any(?::uuid[])', [subjectIds])
}
