import { type Copies, copyKey } from '@daguerre/copies/copies'
import { dropCounts } from '@daguerre/kit/counters'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { dropTraces } from '../comments/drop-traces.ts'

// Longer than any transaction lives: what was written while the deletion arrived is there by then.
const graceSeconds = 120

// Another replica leaves a post alone that long while this one works on it.
const leaseSeconds = 60

/**
 * Removes what people left on deleted posts, in small transactions, and what was told of it. No read shows it any more;
 * each post is gone through twice, for a like in work when the deletion came.
 * @returns how many posts were gone through
 */
export async function purgePosts({
  em,
  copies,
  onError,
  signal,
  batch = 500,
}: {
  em: EntityManager
  copies: Pick<Copies, 'remove' | 'forgetMarks'>
  onError: (error: unknown) => void
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
    for (;;) {
      const removed = await em.fork().transactional((tx) => removeSome(tx, due.id, batch))
      if (!removed) break
      // What is kept of them ends by itself within the hour.
      await copies.forgetMarks(removed, due.id).catch(onError)
      if (signal?.aborted) return done
    }
    await copies.remove([copyKey.counts(due.id)]).catch(onError)
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

/** Replies before what they answer: the foreign key wants it so. @returns whose it was; null if nothing was there any more */
async function removeSome(tx: EntityManager, postId: string, batch: number): Promise<string[] | null> {
  for (const sql of [
    `delete from post_like where post_id = $1 and user_id in (select user_id from post_like where post_id = $1 limit $2)`,
    `delete from saved_post where post_id = $1 and user_id in (select user_id from saved_post where post_id = $1 limit $2)`,
  ]) {
    const removed = await query<{ userId: string }>(tx, `${sql} returning user_id as "userId"`, [postId, batch])
    if (removed.length > 0) return removed.map(({ userId }) => userId)
  }
  for (const level of ['is not null', 'is null']) {
    const removed = await query<{ id: string; authorId: string }>(
      tx,
      `delete from comment where post_id = $1 and id in
         (select id from comment where post_id = $1 and parent_id ${level} order by id limit $2)
       returning id, author_id as "authorId"`,
      [postId, batch],
    )
    if (removed.length > 0) {
      await dropTraces(tx, removed)
      return []
    }
  }
  await dropCounts(tx, [postId])
  // Who liked it, and no longer.
  await forgetEvents(tx, [{ subject: `${postId}:` }])
  return null
}
