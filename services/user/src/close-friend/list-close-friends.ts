import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { FollowRow } from '../follow/list-follows.ts'
import { addRelations } from '../relations/list-relations.ts'
import { findInOrder } from '../profile/find-profiles.ts'

/** Somebody's close friends, the latest first. @param before position of the last one seen, or null for the beginning */
export async function listCloseFriends(
  em: EntityManager,
  { ownerId, before, limit }: { ownerId: string; before: string | null; limit: number },
): Promise<FollowRow[]> {
  const friends = await query<{ id: string; position: string }>(
    em,
    `select friend_id as id, position from close_friend
     where owner_id = $1 and position < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by position desc limit $3`,
    [ownerId, before, limit],
  )
  return addRelations(em, ownerId, await findInOrder(em, friends))
}

/** All of them. */
export async function readCloseFriendIds(em: EntityManager, ownerId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(em, 'select friend_id as id from close_friend where owner_id = $1', [
    ownerId,
  ])
  return rows.map(({ id }) => id)
}
