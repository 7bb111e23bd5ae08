import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import { commentColumns, type CommentRow } from './comment.ts'

/**
 * The comment, if it is there and its post is.
 * @throws Problem 404 `comment.not_found`
 */
export async function findComment(
  { em }: { em: EntityManager },
  commentId: string,
): Promise<CommentRow & { postAuthorId: string }> {
  const [comment] = await query<CommentRow & { postAuthorId: string | null }>(
    em,
    `/* all shards: comment-by-id */ select ${commentColumns},
       (select p.author_id from post_ref p where p.post_id = comment.post_id and p.state = 'published') as "postAuthorId"
     from comment where id = $1`,
    [commentId],
  )
  if (!comment || comment.postAuthorId === null) throw commentNotFound()
  return { ...comment, postAuthorId: comment.postAuthorId }
}

/** What is said of a comment that is not there, or whose post cannot be seen. */
export function commentNotFound() {
  return notFound('comment.not_found', 'There is no such comment.')
}
