import type { PostCounts, PostViewer } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface PostState {
  counts: PostCounts
  /** Of these counts or of older ones: what is told of later has a greater one. */
  version: number
  viewer: PostViewer | null
}

/**
 * Counts of posts and what the viewer has done with them, by post id: one statement, however many there are. Deleted
 * posts are not among them; one that nobody touched has zeros.
 */
export async function readStates(
  { em }: { em: EntityManager },
  postIds: readonly string[],
  viewerId: string | null,
): Promise<Map<string, PostState>> {
  if (postIds.length === 0) return new Map()
  const rows = await query<{
    id: string
    liked: boolean
    saved: boolean
    likes: number
    comments: number
    version: number
  }>(
    em,
    `select asked.id,
            exists (select from post_like l where l.post_id = asked.id and l.user_id = $2 and l.active) as liked,
            exists (select from saved_post s where s.post_id = asked.id and s.user_id = $2) as saved,
            coalesce(counted.likes, 0)::int as likes, coalesce(counted.comments, 0)::int as comments,
            coalesce(counted.version, 0)::int as version
       from unnest($1::uuid[]) as asked (id)
       left join (
         select subject_id, sum(value) filter (where name = 'likes') as likes,
                sum(value) filter (where name = 'comments') as comments, sum(version) as version
           from (select subject_id, name, value, version from counter where subject_id = any($1::uuid[])
                 union all
                 select subject_id, name, delta, 0 from counter_delta where subject_id = any($1::uuid[])) parts
          group by subject_id
       ) counted on counted.subject_id = asked.id
      where not exists (select from post_ref p where p.post_id = asked.id and p.state = 'deleted')`,
    [postIds, viewerId],
  )
  return new Map(
    rows.map(({ id, liked, saved, likes, comments, version }) => [
      id,
      { counts: { likes, comments }, version, viewer: viewerId === null ? null : { liked, saved } },
    ]),
  )
}
