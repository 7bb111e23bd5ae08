import { events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Makes the viewer follow somebody no longer; who did not follow stays so, and nothing is announced. */
export async function unfollowPerson(
  { em, viewer, now }: { em: EntityManager; viewer: { id: string }; now: Date },
  followeeId: string,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [edge] = await query<{ version: number }>(
      tx,
      `update follow set active = false, version = version + 1, changed_at = $3
       where follower_id = $1 and followee_id = $2 and active returning version`,
      [viewer.id, followeeId, now],
    )
    if (edge === undefined) return
    await bump(tx, viewer.id, 'following', -1)
    await bump(tx, followeeId, 'followers', -1)
    await emit(
      tx,
      makeEvent(events.unfollowed, {
        subject: `${viewer.id}:${followeeId}`,
        version: edge.version,
        data: { followerId: viewer.id, followeeId, at: now.toISOString() },
      }),
    )
  })
}
