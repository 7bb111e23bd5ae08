import type { EntityManager } from '@daguerre/kit/postgres'
import { endRequest } from '../follow-request/end-request.ts'
import { endFollow } from './end-follow.ts'

/** Makes somebody follow somebody no longer, and withdraws a request to; who did not stays so, and nothing is announced. */
export async function unfollowPerson(
  { em, now }: { em: EntityManager; now: Date },
  edge: { followerId: string; followeeId: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    await endRequest(tx, { requesterId: edge.followerId, targetId: edge.followeeId })
    await endFollow({ tx, now }, edge)
  })
}
