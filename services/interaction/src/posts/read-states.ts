import type { PostCounts, PostViewer } from '@daguerre/contracts'
import { readCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface PostState {
  counts: PostCounts
  viewer: PostViewer | null
}

/**
 * Counts of posts and what the viewer has done with them, by post id: two statements, however many there are. Deleted
 * posts are not among them; one that nobody touched has zeros.
 */
export async function readStates(
  { em }: { em: EntityManager },
  postIds: readonly string[],
  viewerId: string | null,
): Promise<Map<string, PostState>> {
  if (postIds.length === 0) return new Map()
  const rows = await query<{ id: string; liked: boolean; saved: boolean }>(
    em,
    `select asked.id,
            exists (select from post_like l where l.post_id = asked.id and l.user_id = $2 and l.active) as liked,
            exists (select from saved_post s where s.post_id = asked.id and s.user_id = $2) as saved
       from unnest($1::uuid[]) as asked (id)
      where not exists (select from post_ref p where p.post_id = asked.id and p.state = 'deleted')`,
    [postIds, viewerId],
  )
  const counts = await readCounts(
    em,
    rows.map((row) => row.id),
    ['likes', 'comments'],
  )
  return new Map(
    rows.map((row) => [
      row.id,
      {
        counts: counts.get(row.id) ?? { likes: 0, comments: 0 },
        viewer: viewerId === null ? null : { liked: row.liked, saved: row.saved },
      },
    ]),
  )
}
