import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type Profile, profileColumns, relationColumns, type RelationRow } from '../profile/profile.ts'

export type FollowRow = Profile & RelationRow & { position: string }

// The two ends of an edge: whose list it is, and who stands on it.
const ends = {
  followers: { owner: 'followee_id', listed: 'follower_id' },
  following: { owner: 'follower_id', listed: 'followee_id' },
} as const

export type FollowList = keyof typeof ends

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
  return query<FollowRow>(
    em,
    `select ${profileColumns}, f.position, ${relationColumns('$2')}
     from follow f join profile p on p.id = f.${listed}
     where f.${owner} = $1 and f.active ${before === null ? '' : 'and f.position < $4::uuid'}
     order by f.position desc limit $3`,
    before === null ? [userId, viewerId, limit] : [userId, viewerId, limit, before],
  )
}
