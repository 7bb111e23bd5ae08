import { type EntityManager, query } from '@daguerre/kit/postgres'
import { allShards, type FollowList } from './list-people.ts'

export interface Edge {
  userId: string
  version: number
  active: boolean
  /** RFC 3339 */
  since: string
}

/**
 * All followers of somebody, or all whom somebody follows or followed, a page at a time by user id: for machines. Who
 * builds a projection of the latter needs the ended ones too, as an event of theirs may still be on its way.
 */
export async function listEdges(
  em: EntityManager,
  list: FollowList,
  { userId, after, limit }: { userId: string; after: string | null; limit: number },
): Promise<{ items: Edge[]; next: string | null }> {
  const [owner, listed] = list === 'followers' ? ['followee_id', 'follower_id'] : ['follower_id', 'followee_id']
  const rows = await query<Edge>(
    em,
    `${allShards[list]} select ${listed} as "userId", version, active, changed_at as since from follow
     where ${owner} = $1 ${list === 'followers' ? 'and active' : ''} ${after === null ? '' : `and ${listed} > $3::uuid`}
     order by ${listed} limit $2`,
    after === null ? [userId, limit + 1] : [userId, limit + 1, after],
  )
  const items = rows.slice(0, limit).map((row) => ({ ...row, since: new Date(row.since).toISOString() }))
  return { items, next: rows.length > limit ? (items.at(-1)?.userId ?? null) : null }
}
