import type { Relation } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** How the viewer and each of these people stand to each other; also for people without a profile here. */
export async function listRelations(
  em: EntityManager,
  viewerId: string,
  ids: readonly string[],
): Promise<{ userId: string; relation: Relation }[]> {
  if (ids.length === 0) return []
  const edges = await query<{ follower_id: string; followee_id: string }>(
    em,
    `select follower_id, followee_id from follow where active and follower_id = $1 and followee_id = any($2::uuid[])
     union all
     select follower_id, followee_id from follow where active and followee_id = $1 and follower_id = any($2::uuid[])`,
    [viewerId, ids],
  )
  const following = new Set(edges.map((edge) => edge.followee_id))
  const followedBy = new Set(edges.map((edge) => edge.follower_id))
  return [...new Set(ids)].map((userId) => ({
    userId,
    relation: {
      following: userId !== viewerId && following.has(userId),
      followedBy: userId !== viewerId && followedBy.has(userId),
    },
  }))
}
