import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { FollowRow } from '../follow/list-follows.ts'
import { addRelations } from '../relations/list-relations.ts'
import { findInOrder } from '../profile/find-profiles.ts'

/** Whom somebody blocks, the latest first. @param before position of the last one seen, or null for the beginning */
export async function listBlocks(
  em: EntityManager,
  { blockerId, before, limit }: { blockerId: string; before: string | null; limit: number },
): Promise<FollowRow[]> {
  const blocks = await query<{ id: string; position: string }>(
    em,
    `select blocked_id as id, position from block
     where blocker_id = $1 and position < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by position desc limit $3`,
    [blockerId, before, limit],
  )
  return addRelations(em, blockerId, await findInOrder(em, blocks))
}
