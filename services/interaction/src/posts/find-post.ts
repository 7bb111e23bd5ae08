import type { Audience } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound, problem } from '@daguerre/kit/problem'
import type { LoadPostRefs } from '../neighbours.ts'
import { storePosts } from './store-post.ts'

/** Of whom the viewer has been seen to be allowed, see `routes/public.ts`. */
export interface VisiblePost {
  id: string
  authorId: string
  audience: Audience
  commentsOff: boolean
  likesHidden: boolean
}

/**
 * The post, if it is there for anybody. One that no event has told of yet is asked of post once and kept.
 * @throws Problem 404 `post.not_found` if it is unknown, unpublished or deleted
 * @throws Problem 503 `post.unavailable` if it is unknown here and post does not answer
 */
export async function findPost(
  { em, loadPostRefs }: { em: EntityManager; loadPostRefs: LoadPostRefs },
  postId: string,
): Promise<VisiblePost> {
  let known = await readPost(em, postId)
  // Only published and deleted are answers: the event that publishes may be on its way.
  if (known?.state !== 'published' && known?.state !== 'deleted') {
    const told = await loadPostRefs([postId]).catch((error: unknown) => {
      if (!(error instanceof NeighbourError)) throw error
      throw problem(503, 'post.unavailable', 'Whether this post exists cannot be found out at the moment.', {
        headers: { 'retry-after': '2' },
        cause: error,
      })
    })
    await storePosts({ em }, told)
    // Read again: a deletion may have come meanwhile, and it wins.
    if (told.length > 0) known = await readPost(em, postId)
  }
  if (known?.state !== 'published') throw noSuchPost()
  const { state: _, ...post } = known
  return post
}

/** 404 `post.not_found`: also of a post that the viewer may not see. */
export function noSuchPost() {
  return notFound('post.not_found', 'There is no such post, or it cannot be seen.')
}

async function readPost(em: EntityManager, postId: string) {
  const [row] = await query<VisiblePost & { state: string }>(
    em,
    `select post_id as id, author_id as "authorId", audience, comments_off as "commentsOff", likes_hidden as "likesHidden", state
       from post_ref where post_id = $1`,
    [postId],
  )
  return row
}
