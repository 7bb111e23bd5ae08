import { type EntityManager, query } from '@daguerre/kit/postgres'
import { commentNotFound, findComment } from './find-comment.ts'

/**
 * The comment, kept from being deleted until the transaction ends; holders do not wait for each other.
 * @throws Problem 404 `comment.not_found`
 */
export async function holdComment({ em }: { em: EntityManager }, commentId: string): Promise<{ id: string }> {
  // Found first: rows are locked by their post.
  const { postId } = await findComment({ em }, commentId)
  const [comment] = await query<{ id: string }>(
    em,
    `select c.id from comment c join post_ref p on p.post_id = c.post_id
      where c.post_id = $1 and c.id = $2 and p.state = 'published' for key share of c`,
    [postId, commentId],
  )
  if (!comment) throw commentNotFound()
  return comment
}
