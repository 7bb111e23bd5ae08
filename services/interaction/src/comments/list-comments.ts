import { type EntityManager, query } from '@daguerre/kit/postgres'
import { commentColumns, type CommentRow } from './comment.ts'

/** First-level comments of a post, newest first, from before `before`. */
export function listComments(
  { em }: { em: EntityManager },
  input: { postId: string; before: string | null; limit: number },
): Promise<CommentRow[]> {
  return query<CommentRow>(
    em,
    `select ${commentColumns} from comment
      where post_id = $1 and parent_id is null and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      order by id desc limit $3`,
    [input.postId, input.before, input.limit],
  )
}
