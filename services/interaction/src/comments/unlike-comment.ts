import { bump } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import { holdComment } from './hold-comment.ts'

/**
 * The viewer no longer likes the comment.
 * @returns whether they did
 * @throws Problem 404 `comment.not_found`
 */
export async function unlikeComment(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  commentId: string,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const comment = await holdComment({ em: tx }, commentId)
    const [changed] = await query(tx, `delete from comment_like where comment_id = $1 and user_id = $2 returning 1`, [
      comment.id,
      viewer.id,
    ])
    if (changed) await bump(tx, comment.id, 'likes', -1)
    return changed !== undefined
  })
}
