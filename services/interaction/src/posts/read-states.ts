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
  const rows = await query<{ id: string; what: string; count: string; version: string }>(
    em,
    `select post_id as id, 'liked' as what, 0::bigint as count, 0::bigint as version from post_like
      where post_id = any($1::uuid[]) and user_id = $2 and active
     union all
     select post_id, 'saved', 0, 0 from saved_post where post_id = any($1::uuid[]) and user_id = $2
     union all
     select post_id, 'deleted', 0, 0 from post_ref where post_id = any($1::uuid[]) and state = 'deleted'
     union all
     select subject_id, name, value, version from counter where subject_id = any($1::uuid[])
     union all
     select subject_id, name, delta, 0 from counter_delta where subject_id = any($1::uuid[])`,
    [postIds, viewerId],
  )
  const states = new Map(
    postIds.map((id) => [id.toLowerCase(), { liked: false, saved: false, likes: 0, comments: 0, version: 0 }]),
  )
  for (const { id, what, count, version } of rows) {
    const state = states.get(id)
    if (!state) continue
    if (what === 'deleted') states.delete(id)
    if (what === 'liked' || what === 'saved') state[what] = true
    if (what === 'likes' || what === 'comments') {
      state[what] += Number(count)
      state.version += Number(version)
    }
  }
  return new Map(
    [...states].map(([id, { liked, saved, likes, comments, version }]) => [
      id,
      { counts: { likes, comments }, version, viewer: viewerId === null ? null : { liked, saved } },
    ]),
  )
}
