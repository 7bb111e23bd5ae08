import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import { commentColumns, type CommentRow } from './comment.ts'

/**
 * The comment, if it and its post can be seen.
 * @throws Problem 404 `comment.not_found`
 */
export async function findComment({ em }: { em: EntityManager }, commentId: string): Promise<CommentRow> {
  const [comment] = await query<CommentRow>(
    em,
    `/* all shards: comment-by-id */ select ${commentColumns} from comment
      where id = $1 and exists (select from post_ref p where p.post_id = comment.post_id and p.state = 'published')`,
    [commentId],
  )
  if (!comment) throw commentNotFound()
  return comment
}

/** What is said of a comment that is not there, or whose post cannot be seen. */
export function commentNotFound() {
  return notFound('comment.not_found', 'There is no such comment.')
}
