import type { Post, PostCounts, PostViewer } from '@daguerre/contracts'
import { bulkLimit } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { PresentPosts } from '../neighbours.ts'
import { readStates } from '../posts/read-states.ts'

export interface SavedPage {
  items: Post[]
  /** Save id to go on after, if there may be more. */
  next: string | null
  degraded: string[]
}

// So many more are asked for than are shown: posts whose deletion has not been heard of here leave no gap then.
const spare = 5
// Only where events are far behind; the page is then short and its cursor goes on.
const maxRounds = 3

/**
 * What the viewer saved, newest first. Deleted posts are left out and the page is filled up with what follows them; post
 * is asked once, and again only if more posts than the spare ones are gone without this service knowing.
 * @throws NeighbourError if post does not answer
 */
export async function listSaved(
  { em, viewer, presentPosts }: { em: EntityManager; viewer: Viewer; presentPosts: PresentPosts },
  { before, limit }: { before: string | null; limit: number },
): Promise<SavedPage> {
  const found: { saveId: string; post: Post }[] = []
  const degraded = new Set<string>()
  let from = before
  let isMore = true
  for (let round = 0; isMore && found.length < limit && round < maxRounds; round++) {
    const wanted = Math.min(bulkLimit, limit - found.length + spare)
    const rows = await readSaves(em, viewer.id, from, wanted + 1)
    const asked = rows.slice(0, wanted)
    isMore = rows.length > wanted
    if (asked.length === 0) break
    from = asked.at(-1)?.saveId ?? null
    const presented = await presentPosts(
      asked.map((row) => row.postId),
      viewer.id,
    )
    for (const name of presented.degraded) degraded.add(name)
    const posts = new Map(presented.items.map((post) => [post.id, post]))
    for (const { saveId, postId } of asked) {
      const post = posts.get(postId)
      if (post) found.push({ saveId, post })
    }
  }
  const shown = found.slice(0, limit)
  const states = await readStates(
    { em },
    shown.map(({ post }) => post.id),
    viewer.id,
  )
  return {
    items: shown.map(({ post }) => {
      const { counts, viewer: done } = states.get(post.id) ?? noState
      return { ...post, counts, viewer: done }
    }),
    next: found.length > limit ? (shown.at(-1)?.saveId ?? null) : isMore ? from : null,
    degraded: [...degraded],
  }
}

// Saved a moment ago and deleted before its state was read.
const noState: { counts: PostCounts; viewer: PostViewer } = {
  counts: { likes: 0, comments: 0 },
  viewer: { liked: false, saved: false },
}

function readSaves(em: EntityManager, userId: string, before: string | null, limit: number) {
  return query<{ saveId: string; postId: string }>(
    em,
    `/* all shards: saved-posts */ select s.save_id as "saveId", s.post_id as "postId"
       from saved_post s join post_ref p on p.post_id = s.post_id
      where s.user_id = $1 and p.state = 'published' and s.save_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      order by s.save_id desc limit $3`,
    [userId, before, limit],
  )
}
