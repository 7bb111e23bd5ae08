import { events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'

/** The viewer likes the post from now on. Liking what is liked already changes nothing and tells nobody. */
export async function likePost(
  { em, viewer, now }: { em: EntityManager; viewer: Viewer; now: Date },
  post: VisiblePost,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [changed] = await query<{ version: number }>(
      tx,
      `insert into post_like as known (post_id, user_id, like_id, username, active, version, at)
       values ($1, $2, $3, $4, true, 1, $5)
       on conflict (post_id, user_id) do update
          set like_id = excluded.like_id, username = excluded.username, active = true, at = excluded.at,
              version = known.version + 1
        where not known.active
       returning version`,
      [post.id, viewer.id, newId(), viewer.username, now],
    )
    if (!changed) return
    await bump(tx, post.id, 'likes', 1)
    await emit(
      tx,
      makeEvent(events.postLiked, {
        subject: `${post.id}:${viewer.id}`,
        version: changed.version,
        data: { postId: post.id, postAuthorId: post.authorId, userId: viewer.id, at: now.toISOString() },
      }),
    )
  })
}
