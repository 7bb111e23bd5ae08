import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, problem } from '@daguerre/kit/problem'
import { isBlocked } from '../block/read-blocks.ts'
import { requestFollow } from '../follow-request/request-follow.ts'
import { ensureProfile } from '../profile/ensure-profile.ts'
import { beginFollow } from './begin-follow.ts'
import { lockPair } from './lock-pair.ts'

/**
 * Makes the viewer follow somebody, or ask to, of a private account; who already does stays so, and nothing is announced again.
 * @throws Problem 422 `follow.self`, 409 `follow.too_many`, 409 `follow.blocked`
 */
export async function followPerson(
  { em, viewer, now }: { em: EntityManager; viewer: { id: string; username: string }; now: Date },
  followeeId: string,
): Promise<void> {
  const followerId = viewer.id
  if (followeeId === followerId) {
    throw problem(422, 'follow.self', 'Nobody follows themselves.')
  }
  await em.transactional(async (tx) => {
    await ensureProfile(tx, viewer)
    await lockPair(tx, followerId, followeeId)
    if (await isBlocked(tx, followerId, followeeId)) throw blocked()
    if (await isToBeAsked(tx, followerId, followeeId)) {
      await requestFollow({ tx, now }, { requesterId: followerId, targetId: followeeId })
    } else await beginFollow({ tx, now }, { followerId, followeeId })
  })
}

// The row is locked: while an account is opened, which accepts all requests, no further one is made.
async function isToBeAsked(tx: EntityManager, followerId: string, followeeId: string): Promise<boolean> {
  const [account] = await query<{ private: boolean }>(tx, 'select private from profile where id = $1', [followeeId])
  if (!account?.private) return false
  const [locked] = await query<{ private: boolean }>(tx, 'select private from profile where id = $1 for share', [
    followeeId,
  ])
  if (!locked?.private) return false
  const [edge] = await query(tx, 'select 1 from follow where follower_id = $1 and followee_id = $2 and active', [
    followerId,
    followeeId,
  ])
  return edge === undefined
}

function blocked() {
  return conflict('follow.blocked', 'You have blocked this person: unblock them first.')
}
