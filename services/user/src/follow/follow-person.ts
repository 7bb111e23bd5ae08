import { events, makeEvent } from '@daguerre/contracts'
import { bump, readCounts } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, problem } from '@daguerre/kit/problem'
import { ensureProfile } from '../profile/ensure-profile.ts'

// A home feed is made from the whole list in one question to post, which takes 10,000 authors.
const mostFollowed = 7500

/**
 * Makes the viewer follow somebody; who already follows stays so, and nothing is announced again.
 * @throws Problem 422 `follow.self`, 409 `follow.too_many`
 */
export async function followPerson(
  { em, viewer, now }: { em: EntityManager; viewer: { id: string; username: string }; now: Date },
  followeeId: string,
): Promise<void> {
  if (followeeId === viewer.id) {
    throw problem(422, 'follow.self', 'Nobody follows themselves.')
  }
  await em.transactional(async (tx) => {
    await ensureProfile(tx, viewer)
    const [edge] = await query<{ version: number }>(
      tx,
      `insert into follow as f (follower_id, followee_id, active, version, position, changed_at)
       values ($1, $2, true, 1, $3, $4)
       on conflict (follower_id, followee_id) do update
         set active = true, version = f.version + 1, position = excluded.position, changed_at = excluded.changed_at
         where not f.active
       returning f.version`,
      [viewer.id, followeeId, newId(), now],
    )
    if (edge === undefined) return
    await bump(tx, viewer.id, 'following', 1)
    const following = (await readCounts(tx, [viewer.id], ['following'])).get(viewer.id)?.following ?? 0
    if (following > mostFollowed) {
      throw conflict('follow.too_many', `Nobody follows more than ${mostFollowed} people.`)
    }
    await bump(tx, followeeId, 'followers', 1)
    await emit(
      tx,
      makeEvent(events.followed, {
        subject: `${viewer.id}:${followeeId}`,
        version: edge.version,
        data: { followerId: viewer.id, followeeId, at: now.toISOString() },
      }),
    )
  })
}
