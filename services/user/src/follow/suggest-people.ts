import { type EntityManager, query } from '@daguerre/kit/postgres'
import { z } from 'zod'
import { readBlockedIds } from '../block/read-blocks.ts'
import { addRelations } from '../relations/list-relations.ts'
import { type Profile, profileColumns, type RelationRow } from '../profile/profile.ts'

// Whoever follows thousands of people who follow thousands would make one request read millions of edges.
const sampledFollows = 300
const sampledEach = 200

/** Where a page of suggestions ended: how many are shared, or follow, and whom the page ended with. */
export const SuggestionPosition = z.object({ by: z.enum(['shared', 'followers']), score: z.int(), id: z.uuid() })
export type SuggestionPosition = z.infer<typeof SuggestionPosition>

type SuggestionRow = Profile & { score: number }

export interface Suggestions {
  by: SuggestionPosition['by']
  rows: (SuggestionRow & RelationRow)[]
}

/**
 * People whom the viewer may want to follow: those whom the most of the people followed by the viewer follow. Who has
 * nobody like that gets the people with the most followers. Nobody who is followed already or whom they may not see, and not the viewer.
 */
export async function suggestPeople(
  em: EntityManager,
  { viewerId, after, limit }: { viewerId: string; after: SuggestionPosition | null; limit: number },
): Promise<Suggestions> {
  const blockedIds = await readBlockedIds(em, viewerId)
  if (after?.by !== 'followers') {
    const rows = await byShared(em, viewerId, blockedIds, after, limit)
    if (rows.length > 0 || after !== null) return { by: 'shared', rows: await addRelations(em, viewerId, rows) }
  }
  const rows = await byFollowers(em, viewerId, blockedIds, after, limit)
  return { by: 'followers', rows: await addRelations(em, viewerId, rows) }
}

const isNew = `not exists
  (select 1 from follow mine where mine.follower_id = $1 and mine.followee_id = p.id and mine.active)
  and p.closed_by = '{}' and p.id <> all($3::uuid[])`

function byShared(
  em: EntityManager,
  viewerId: string,
  blockedIds: readonly string[],
  after: SuggestionPosition | null,
  limit: number,
): Promise<SuggestionRow[]> {
  return query<SuggestionRow>(
    em,
    `/* all shards: suggestions */ with shared as (
       select theirs.followee_id as id, count(*)::int as score
       from (select f.followee_id from follow f where f.follower_id = $1 and f.active
             order by f.position desc limit ${sampledFollows}) friend
       cross join lateral (select f.followee_id from follow f where f.follower_id = friend.followee_id and f.active
             order by f.position desc limit ${sampledEach}) theirs
       group by theirs.followee_id
     )
     select ${profileColumns}, shared.score
     from shared join profile p on p.id = shared.id
     where p.id <> $1 and ${isNew} ${after === null ? '' : 'and (shared.score, p.id) < ($4::int, $5::uuid)'}
     order by shared.score desc, p.id desc limit $2`,
    after === null ? [viewerId, limit, blockedIds] : [viewerId, limit, blockedIds, after.score, after.id],
  )
}

// Counts that are not folded in yet (of the last second) do not matter for an order.
function byFollowers(
  em: EntityManager,
  viewerId: string,
  blockedIds: readonly string[],
  after: SuggestionPosition | null,
  limit: number,
): Promise<SuggestionRow[]> {
  return query<SuggestionRow>(
    em,
    `/* all shards: suggestions */ select ${profileColumns}, c.value::int as score
     from counter c join profile p on p.id = c.subject_id
     where c.name = 'followers' and c.value > 0 and p.id <> $1 and ${isNew}
       ${after === null ? '' : 'and (c.value, c.subject_id) < ($4::bigint, $5::uuid)'}
     order by c.value desc, c.subject_id desc limit $2`,
    after === null ? [viewerId, limit, blockedIds] : [viewerId, limit, blockedIds, after.score, after.id],
  )
}
