import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'

/** The viewer saves the post; what is saved already keeps its place in the list. */
export async function savePost(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  post: VisiblePost,
): Promise<void> {
  await query(em, `insert into saved_post (user_id, post_id, save_id) values ($1, $2, $3) on conflict do nothing`, [
    viewer.id,
    post.id,
    newId(),
  ])
}
