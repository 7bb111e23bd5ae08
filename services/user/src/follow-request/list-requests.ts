import { type EntityManager, query } from '@daguerre/kit/postgres'
import { addRelations } from '../relations/list-relations.ts'
import type { FollowRow } from '../follow/list-follows.ts'
import { findInOrder } from '../profile/find-profiles.ts'

/** Who asks to follow somebody, the latest first. @param before position of the last one seen, or null for the beginning */
export async function listRequests(
  em: EntityManager,
  { targetId, before, limit }: { targetId: string; before: string | null; limit: number },
): Promise<FollowRow[]> {
  const requests = await query<{ id: string; position: string }>(
    em,
    `/* all shards: requests-to */ select requester_id as id, position from follow_request
     where target_id = $1 and active and position < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by position desc limit $3`,
    [targetId, before, limit],
  )
  return addRelations(em, targetId, await findInOrder(em, requests))
}
