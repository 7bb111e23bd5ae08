import { dropCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Removes likes and counts of comments that this transaction has deleted: who likes holds the comment, so none comes after. */
export async function dropTraces(tx: EntityManager, commentIds: readonly string[]): Promise<void> {
  await query(tx, `delete from comment_like where comment_id = any($1::uuid[])`, [commentIds])
  await dropCounts(tx, commentIds)
}
