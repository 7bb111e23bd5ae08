import type { EntityManager } from '@mikro-orm/postgresql'
import { query } from './postgres.ts'

/** Statements for a service's migration: which events were handled. */
export const inboxSql: readonly string[] = [
  `create table inbox (
    source text not null,
    id text not null,
    handled_at timestamptz not null default now(),
    primary key (source, id)
  )`,
  'create index inbox_handled_at on inbox (handled_at)',
]

/**
 * Runs `handler` in a transaction unless this event (by `source` and `id`) was handled before; both are committed
 * together. Not needed where the write itself is idempotent (a natural key with the newest version kept).
 * @returns false for a duplicate
 */
export async function once(
  em: EntityManager,
  event: { source: string; id: string },
  handler: (em: EntityManager) => Promise<unknown>,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const rows = await query(
      tx,
      'insert into inbox (source, id) values (?, ?) on conflict do nothing returning 1 as first',
      [event.source, event.id],
    )
    if (rows.length === 0) return false
    await handler(tx)
    return true
  })
}

/** Deletes entries older than `days`, which must exceed how long a broker may deliver again. @returns how many */
export async function pruneInbox(em: EntityManager, days: number): Promise<number> {
  const rows = await query(
    em,
    'delete from inbox where handled_at < now() - make_interval(days => ?::int) returning 1 as gone',
    [days],
  )
  return rows.length
}
