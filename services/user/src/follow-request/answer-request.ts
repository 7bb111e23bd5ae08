import type { EntityManager } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import { beginFollow } from '../follow/begin-follow.ts'
import { lockPair } from '../follow/lock-pair.ts'
import { endRequest } from './end-request.ts'

/**
 * Accepts a request to follow, which begins the follow and is told to who asked, or declines it, which is not.
 * @throws Problem 404 `follow_request.not_found`, 409 `follow.too_many`
 */
export async function answerRequest(
  { em, now }: { em: EntityManager; now: Date },
  request: { requesterId: string; targetId: string },
  { isAccepted }: { isAccepted: boolean },
): Promise<void> {
  await em.transactional(async (tx) => {
    await lockPair(tx, request.requesterId, request.targetId)
    if (!(await endRequest({ tx, now }, request, { isAccepted }))) {
      throw notFound('follow_request.not_found', 'This person does not ask to follow you (any more).')
    }
    if (isAccepted) await beginFollow({ tx, now }, { followerId: request.requesterId, followeeId: request.targetId })
  })
}
