import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { VisiblePost } from '../posts/find-post.ts'
import { commentColumns, type CommentRow } from './comment.ts'

/**
 * The comment, if it is there and its post is.
 * @throws Problem 404 `comment.not_found`
 */
export async function findComment(
  { em }: { em: EntityManager },
  commentId: string,
): Promise<CommentRow & { post: Pick<VisiblePost, 'authorId' | 'audience'> }> {
  const [comment] = await query<CommentRow & { post: Pick<VisiblePost, 'authorId' | 'audience'> | null }>(
    em,
    `/* all shards: comment-by-id */ select ${commentColumns},
       (select json_build_object('authorId', p.author_id, 'audience', p.audience) from post_ref p
         where p.post_id = comment.post_id and p.state = 'published') as post
     from comment where id = $1`,
    [commentId],
  )
  if (!comment?.post) throw commentNotFound()
  return { ...comment, post: comment.post }
}

/** What is said of a comment that is not there, or whose post cannot be seen. */
export function commentNotFound() {
  return notFound('comment.not_found', 'There is no such comment.')
}
