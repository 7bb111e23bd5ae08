import { bulkLimit } from '@daguerre/contracts'
import { type HydrateDeps, hydratePosts } from '@daguerre/copies/hydrate-posts'
import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import { presentPost } from '@daguerre/copies/present-post'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { Neighbours } from '../neighbours.ts'
import { readStates } from '../posts/read-states.ts'

export interface SavedPage {
  /** `Post` of contracts, as parts of JSON in UTF-8. */
  items: Buffer[][]
  /** Save id to go on after, if there may be more. */
  next: string | null
  degraded: string[]
}

export interface SavedDeps extends Pick<HydrateDeps, 'copies' | 'onCacheError'> {
  em: EntityManager
  viewer: Viewer
  grants: PhotoGrants
  neighbours: Pick<Neighbours, 'documents' | 'people' | 'relations'>
}

// So many more are asked for than are shown: posts whose deletion has not been heard of here leave no gap then.
const spare = 5
// Only where events are far behind; the page is then short and its cursor goes on.
const maxRounds = 3

/**
 * What the viewer saved, newest first, put together from copies. Deleted posts, and those that they may not see any more, are left out and the page is filled up with what follows them; post
 * is asked once if at all, and again only if more posts than the spare ones are gone without this service knowing.
 * @throws NeighbourError if there is no copy of a post, and post does not answer
 */
export async function listSaved(
  { em, viewer, neighbours, copies, grants, onCacheError }: SavedDeps,
  { before, limit }: { before: string | null; limit: number },
): Promise<SavedPage> {
  const hydration = { ...neighbours, states: (ids: string[]) => readStates({ em }, ids, viewer.id) }
  const grantOf = await grants.of(viewer)
  const found: { saveId: string; post: Buffer[] }[] = []
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
    const hydrated = await hydratePosts({ hydration, copies, onCacheError }, asked, viewer.id)
    for (const name of hydrated.degraded) degraded.add(name)
    for (const [index, post] of hydrated.posts.entries()) {
      if (post.document) found.push({ saveId: asked[index]!.saveId, post: presentPost(post, grantOf) })
    }
  }
  const shown = found.slice(0, limit)
  return {
    items: shown.map(({ post }) => post),
    next: found.length > limit ? (shown.at(-1)?.saveId ?? null) : isMore ? from : null,
    degraded: [...degraded],
  }
}

function readSaves(em: EntityManager, userId: string, before: string | null, limit: number) {
  return query<{ saveId: string; postId: string; authorId: string }>(
    em,
    `/* all shards: saved-posts */ select s.save_id as "saveId", s.post_id as "postId", p.author_id as "authorId"
       from saved_post s join post_ref p on p.post_id = s.post_id
      where s.user_id = $1 and p.state = 'published' and s.save_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      order by s.save_id desc limit $3`,
    [userId, before, limit],
  )
}
