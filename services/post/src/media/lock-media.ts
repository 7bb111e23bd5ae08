import { type EntityManager, query } from '@daguerre/kit/postgres'

// Namespace of these locks among the advisory locks of the database.
const namespace = 1839

/**
 * Locks media until the transaction ends, in one order for all: writing a post and hearing of its media exclude each
 * other, also where neither has a row yet.
 */
export async function lockMedia(em: EntityManager, ids: readonly string[]): Promise<void> {
  // The locks are taken row by row, in the order of the inner query; one media may share a lock with another.
  await query(
    em,
    `select pg_advisory_xact_lock($1::int, key)
     from (select distinct hashtext(id) as key from unnest($2::text[]) as id order by key offset 0) as media`,
    [namespace, ids],
  )
}
