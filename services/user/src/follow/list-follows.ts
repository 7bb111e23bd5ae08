import { type EntityManager, query } from '@daguerre/kit/postgres'
import { findInOrder } from '../profile/find-profiles.ts'
import type { Profile, RelationRow } from '../profile/profile.ts'
import { addRelations } from '../relations/list-relations.ts'

export type FollowRow = Profile & RelationRow & { position: string }

// The two ends of an edge: whose list it is, and who stands on it.
const ends = {
  followers: { owner: 'followee_id', listed: 'follower_id' },
  following: { owner: 'follower_id', listed: 'followee_id' },
} as const

export type FollowList = keyof typeof ends

/** What a statement says of itself that reads such a list: an edge lives with the one who follows. */
export const allShards = { followers: '/* all shards: followers */', following: '' } as const

/**
 * Followers of somebody, or whom somebody follows, the newest follow first, each with the viewer's relation.
 * @param before position of the last one seen, or null for the beginning
 */
export async function listFollows(
  em: EntityManager,
  list: FollowList,
  {
    userId,
    viewerId,
    before,
    limit,
  }: { userId: string; viewerId: string | null; before: string | null; limit: number },
): Promise<FollowRow[]> {
  const { owner, listed } = ends[list]
  const edges = await query<{ id: string; position: string }>(
    em,
    `${allShards[list]} select ${listed} as id, position from follow
     where ${owner} = $1 and active ${before === null ? '' : 'and position < $3::uuid'}
     order by position desc limit $2`,
    before === null ? [userId, limit] : [userId, limit, before],
  )
  return addRelations(em, viewerId, await findInOrder(em, edges))
}
