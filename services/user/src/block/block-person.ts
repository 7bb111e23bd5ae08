import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, problem } from '@daguerre/kit/problem'
import { endFollow } from '../follow/end-follow.ts'
import { lockPair } from '../follow/lock-pair.ts'
import { endRequest } from '../follow-request/end-request.ts'

/** All of them are kept in Redis for who is about. */
const mostBlocked = 10_000

/**
 * Neither of the two sees the other any more: follows, requests and close friendships between them end, for good.
 * @throws Problem 422 `block.self`, 409 `block.too_many`
 */
export async function blockPerson(
  { em, viewer, now }: { em: EntityManager; viewer: { id: string }; now: Date },
  blockedId: string,
): Promise<void> {
  const blockerId = viewer.id
  if (blockedId === blockerId) throw problem(422, 'block.self', 'Nobody blocks themselves.')
  await em.transactional(async (tx) => {
    await lockPair(tx, blockerId, blockedId)
    await query(tx, 'insert into block (blocker_id, blocked_id, position) values ($1, $2, $3) on conflict do nothing', [
      blockerId,
      blockedId,
      newId(),
    ])
    const [count] = await query<{ blocked: number }>(
      tx,
      'select count(*)::int as blocked from block where blocker_id = $1',
      [blockerId],
    )
    if (count!.blocked > mostBlocked) throw conflict('block.too_many', `Nobody blocks more than ${mostBlocked} people.`)
    for (const [one, other] of [
      [blockerId, blockedId],
      [blockedId, blockerId],
    ] as const) {
      await endRequest({ tx, now }, { requesterId: one, targetId: other }, { isAccepted: false })
      await endFollow({ tx, now }, { followerId: one, followeeId: other })
      await query(tx, 'delete from close_friend where owner_id = $1 and friend_id = $2', [one, other])
    }
  })
}
