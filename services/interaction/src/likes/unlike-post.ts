import { events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'

/** The viewer no longer likes the post. The row stays, so that its version goes on where it was. @returns whether they did */
export async function unlikePost(
  { em, viewer, now }: { em: EntityManager; viewer: Viewer; now: Date },
  post: VisiblePost,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [changed] = await query<{ version: number }>(
      tx,
      `update post_like set active = false, version = version + 1, at = $3
        where post_id = $1 and user_id = $2 and active
       returning version`,
      [post.id, viewer.id, now],
    )
    if (!changed) return false
    await bump(tx, post.id, 'likes', -1)
    await emit(
      tx,
      makeEvent(events.postUnliked, {
        subject: `${post.id}:${viewer.id}`,
        version: changed.version,
        data: { postId: post.id, postAuthorId: post.authorId, userId: viewer.id, at: now.toISOString() },
      }),
    )
    return true
  })
}
