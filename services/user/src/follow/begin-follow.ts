import { events, makeEvent } from '@daguerre/contracts'
import { bump, readCounts } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'

// A home feed is made from the whole list in one question to post, which takes 10,000 authors.
const mostFollowed = 7500

/**
 * Begins a follow, in the caller's transaction; where there is one nothing is announced.
 * @throws Problem 409 `follow.too_many`
 */
export async function beginFollow(
  { tx, now }: { tx: EntityManager; now: Date },
  { followerId, followeeId }: { followerId: string; followeeId: string },
): Promise<void> {
  const [edge] = await query<{ version: number }>(
    tx,
    `insert into follow as f (follower_id, followee_id, active, version, position, changed_at)
     values ($1, $2, true, 1, $3, $4)
     on conflict (follower_id, followee_id) do update
       set active = true, version = f.version + 1, position = excluded.position, changed_at = excluded.changed_at
       where not f.active
     returning f.version`,
    [followerId, followeeId, newId(), now],
  )
  if (edge === undefined) return
  await bump(tx, followerId, 'following', 1)
  const following = (await readCounts(tx, [followerId], ['following'])).get(followerId)?.following ?? 0
  if (following > mostFollowed) {
    throw conflict('follow.too_many', `Nobody follows more than ${mostFollowed} people.`)
  }
  await bump(tx, followeeId, 'followers', 1)
  await emit(
    tx,
    makeEvent(events.followed, {
      subject: `${followerId}:${followeeId}`,
      version: edge.version,
      data: { followerId, followeeId, at: now.toISOString() },
    }),
  )
}
