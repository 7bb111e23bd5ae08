import { type EntityManager, query } from '@daguerre/kit/postgres'
import { commentColumns, type CommentRow } from './comment.ts'

/** The thread below a first-level comment, oldest first as a conversation is read, from after `after`. */
export function listReplies(
  { em }: { em: EntityManager },
  input: { postId: string; commentId: string; after: string | null; limit: number },
): Promise<CommentRow[]> {
  return query<CommentRow>(
    em,
    `select ${commentColumns} from comment
      where post_id = $1 and parent_id = $2 and id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
      order by id limit $4`,
    [input.postId, input.commentId, input.after, input.limit],
  )
}
