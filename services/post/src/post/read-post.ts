import type { EntityManager } from '@daguerre/kit/postgres'
import { notFound, type Problem } from '@daguerre/kit/problem'
import { isVisible, type PostRow, queryPosts } from './post-row.ts'

/** A post by id, deleted ones included. */
export async function readPost(em: EntityManager, id: string): Promise<PostRow | undefined> {
  const [row] = await queryPosts(em, `from post p where p.id = $1`, [id])
  return row
}

/** A post that this viewer may see. @throws Problem 404 `post.not_found` */
export async function readVisiblePost(em: EntityManager, id: string, viewerId: string | null): Promise<PostRow> {
  const row = await readPost(em, id)
  if (!row || !isVisible(row, viewerId)) throw noSuchPost()
  return row
}

/** 404 `post.not_found`: also of a post that this viewer may not know of. */
export function noSuchPost(): Problem {
  return notFound('post.not_found', 'There is no such post.')
}
