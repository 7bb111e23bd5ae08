import { events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Ends a follow, in the caller's transaction; where there is none nothing is announced. */
export async function endFollow(
  { tx, now }: { tx: EntityManager; now: Date },
  { followerId, followeeId }: { followerId: string; followeeId: string },
): Promise<void> {
  const [edge] = await query<{ version: number }>(
    tx,
    `update follow set active = false, version = version + 1, changed_at = $3
     where follower_id = $1 and followee_id = $2 and active returning version`,
    [followerId, followeeId, now],
  )
  if (edge === undefined) return
  await bump(tx, followerId, 'following', -1)
  await bump(tx, followeeId, 'followers', -1)
  await emit(
    tx,
    makeEvent(events.unfollowed, {
      subject: `${followerId}:${followeeId}`,
      version: edge.version,
      data: { followerId, followeeId, at: now.toISOString() },
    }),
  )
}
