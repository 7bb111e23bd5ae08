import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'

/** The viewer no longer saves the post. @returns whether they did */
export async function unsavePost(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  post: VisiblePost,
): Promise<boolean> {
  const saved = await query(em, `delete from saved_post where user_id = $1 and post_id = $2 returning 1`, [
    viewer.id,
    post.id,
  ])
  return saved.length > 0
}
