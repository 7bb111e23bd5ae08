import { type EntityManager, query } from '@daguerre/kit/postgres'
import { commentColumns, type CommentRow } from './comment.ts'

/** The thread below a first-level comment, oldest first as a conversation is read, from after `after`. */
export function listReplies(
  { em }: { em: EntityManager },
  input: { commentId: string; after: string | null; limit: number },
): Promise<CommentRow[]> {
  return query<CommentRow>(
    em,
    `select ${commentColumns} from comment
      where parent_id = $1 and id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
      order by id limit $3`,
    [input.commentId, input.after, input.limit],
  )
}
