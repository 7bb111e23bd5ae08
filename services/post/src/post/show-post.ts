import { type HydrateDeps, hydratePosts } from '@daguerre/copies/hydrate-posts'
import { presentPost } from '@daguerre/copies/present-post'
import type { Neighbours } from '../neighbours.ts'
import { toPostDocument } from './present-posts.ts'
import type { PostRow } from './post-row.ts'

export interface ShowDeps extends Pick<HydrateDeps, 'copies' | 'onCacheError'> {
  /** Published posts among these. */
  documents: (ids: string[]) => Promise<PostRow[]>
  neighbours: Pick<Neighbours, 'people' | 'states'>
}

/**
 * A published post as this viewer sees it, as JSON (`Post` of contracts) in UTF-8, from the copies in Redis: what was seen lately
 * asks neither the database nor anybody. Undefined if it is not there to be seen, or not whole.
 */
export async function showPost(
  { documents, neighbours, copies, onCacheError }: ShowDeps,
  post: { postId: string; authorId: string },
  viewerId: string | null,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const hydration = { ...neighbours, documents: async (ids: string[]) => (await documents(ids)).map(versioned) }
  const found = await hydratePosts({ hydration, copies, onCacheError, ownsDocuments: true }, [post], viewerId)
  const [shown] = found.posts
  return shown?.document && found.degraded.length === 0 ? Buffer.concat(presentPost(shown)) : undefined
}

/** A post as copies of it are kept. */
export function versioned(post: PostRow) {
  const { authorId, authorUsername, version, counts, countsVersion } = post
  const known = counts && countsVersion !== undefined ? { counts: { ...counts, version: countsVersion } } : {}
  return { version, authorId, authorUsername, document: toPostDocument(post), ...known }
}
