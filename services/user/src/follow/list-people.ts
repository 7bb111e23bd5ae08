import { type EntityManager, query } from '@daguerre/kit/postgres'
import { findInOrder } from '../profile/find-profiles.ts'
import type { Profile, RelationRow } from '../profile/profile.ts'
import { addRelations } from '../relations/list-relations.ts'

export type ListedRow = Profile & RelationRow & { position: string }

/** What a statement says of itself that reads follows: an edge lives with the one who follows. */
export const allShards = { followers: '/* all shards: followers */', following: '' } as const

export type FollowList = keyof typeof allShards

// Whose list it is, and who stands on it.
const lists = {
  followers: { from: 'follow where active and followee_id = $1', listed: 'follower_id', says: allShards.followers },
  following: { from: 'follow where active and follower_id = $1', listed: 'followee_id', says: allShards.following },
  'follow-requests': {
    from: 'follow_request where target_id = $1',
    listed: 'requester_id',
    says: '/* all shards: requests-to */',
  },
  blocked: { from: 'block where blocker_id = $1', listed: 'blocked_id', says: '' },
  restricted: { from: 'restriction where active and owner_id = $1', listed: 'restricted_id', says: '' },
  'close-friends': { from: 'close_friend where owner_id = $1', listed: 'friend_id', says: '' },
} as const

/** A list that somebody has of others, or others of them. */
export type PeopleList = keyof typeof lists

/**
 * Who stands on such a list of somebody, the latest first, each with the viewer's relation.
 * @param before position of the last one seen, or null for the beginning
 */
export async function listPeople(
  em: EntityManager,
  list: PeopleList,
  {
    userId,
    viewerId,
    before,
    limit,
  }: { userId: string; viewerId: string | null; before: string | null; limit: number },
): Promise<ListedRow[]> {
  const { from, listed, says } = lists[list]
  const found = await query<{ id: string; position: string }>(
    em,
    `${says} select ${listed} as id, position from ${from} ${before === null ? '' : 'and position < $3::uuid'}
     order by position desc limit $2`,
    before === null ? [userId, limit] : [userId, limit, before],
  )
  return addRelations(em, viewerId, await findInOrder(em, found))
}
