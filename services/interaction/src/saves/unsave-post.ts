import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'

/** The viewer no longer saves the post. */
export async function unsavePost(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  post: VisiblePost,
): Promise<void> {
  await query(em, `delete from saved_post where user_id = $1 and post_id = $2`, [viewer.id, post.id])
}
