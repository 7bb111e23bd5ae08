import { type EntityManager, query } from '@daguerre/kit/postgres'

/**
 * Makes changes of how two people stand to each other wait for one another until the transaction ends: a follow that begins while a block
 * is made would outlive it.
 */
export async function lockPair(tx: EntityManager, one: string, other: string): Promise<void> {
  const pair = [one, other].toSorted().join(' ')
  await query(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`pair ${pair}`])
}
