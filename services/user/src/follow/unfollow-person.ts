import type { EntityManager } from '@daguerre/kit/postgres'
import { endRequest } from '../follow-request/end-request.ts'
import { endFollow } from './end-follow.ts'

/** Makes somebody follow somebody no longer, and withdraws a request to; where there is neither nothing is announced. */
export async function unfollowPerson(
  { em, now }: { em: EntityManager; now: Date },
  edge: { followerId: string; followeeId: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    const request = { requesterId: edge.followerId, targetId: edge.followeeId }
    await endRequest({ tx, now }, request, { isAccepted: false })
    await endFollow({ tx, now }, edge)
  })
}
