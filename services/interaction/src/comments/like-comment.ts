import { bump } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import { holdComment } from './hold-comment.ts'

/**
 * The viewer likes the comment from now on; liking it again changes nothing.
 * @throws Problem 404 `comment.not_found`
 */
export async function likeComment(
  { em, viewer, now }: { em: EntityManager; viewer: Viewer; now: Date },
  commentId: string,
): Promise<{ id: string }> {
  return em.transactional(async (tx) => {
    const comment = await holdComment({ em: tx }, commentId)
    const [changed] = await query(
      tx,
      `insert into comment_like (comment_id, user_id, at) values ($1, $2, $3) on conflict do nothing returning 1`,
      [comment.id, viewer.id, now],
    )
    if (changed) await bump(tx, comment.id, 'likes', 1)
    return comment
  })
}
