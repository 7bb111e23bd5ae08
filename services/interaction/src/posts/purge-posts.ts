import { dropCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { dropTraces } from '../comments/drop-traces.ts'

// Longer than any transaction lives: what was written while the deletion arrived is there by then.
const graceSeconds = 120

// Another replica leaves a post alone that long while this one works on it.
const leaseSeconds = 60

/**
 * Removes what people left on deleted posts, in small transactions. No read shows it any more, so there is no hurry;
 * each post is gone through twice, for a like in work when the deletion came.
 * @returns how many posts were gone through
 */
export async function purgePosts({
  em,
  signal,
  batch = 500,
}: {
  em: EntityManager
  signal?: AbortSignal
  batch?: number
}): Promise<number> {
  let done = 0
  for (;;) {
    if (signal?.aborted) return done
    const [due] = await query<{ id: string }>(
      em,
      `/* all shards: deleted-posts */ update post_ref set purge_at = now() + make_interval(secs => $1)
        where post_id = (select post_id from post_ref where purge_at <= now()
                          order by purge_at limit 1 for update skip locked)
       returning post_id as id`,
      [leaseSeconds],
    )
    if (!due) return done
    while (await em.fork().transactional((tx) => removeSome(tx, due.id, batch))) {
      if (signal?.aborted) return done
    }
    await query(
      em,
      `update post_ref set purges_left = purges_left - 1,
              purge_at = case when purges_left > 1 then now() + make_interval(secs => $2) end
        where post_id = $1 and purges_left > 0`,
      [due.id, graceSeconds],
    )
    done++
  }
}

// Replies before what they answer: the foreign key wants it so.
async function removeSome(tx: EntityManager, postId: string, batch: number): Promise<boolean> {
  for (const sql of [
    `delete from post_like where post_id = $1 and user_id in (select user_id from post_like where post_id = $1 limit $2)`,
    `delete from saved_post where post_id = $1 and user_id in (select user_id from saved_post where post_id = $1 limit $2)`,
  ]) {
    const removed = await query(tx, `${sql} returning 1`, [postId, batch])
    if (removed.length > 0) return true
  }
  for (const level of ['is not null', 'is null']) {
    const removed = await query<{ id: string }>(
      tx,
      `delete from comment where post_id = $1 and id in
         (select id from comment where post_id = $1 and parent_id ${level} order by id limit $2)
       returning id`,
      [postId, batch],
    )
    if (removed.length > 0) {
      await dropTraces(
        tx,
        removed.map((row) => row.id),
      )
      return true
    }
  }
  await dropCounts(tx, [postId])
  return false
}
