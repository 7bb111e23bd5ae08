import { type EntityManager, query } from '@daguerre/kit/postgres'
import { commentColumns, type CommentRow } from './comment.ts'

/** What waits below somebody's posts for them to let it through, newest first, from before `before`. */
export function listHeld(
  { em }: { em: EntityManager },
  input: { authorId: string; before: string | null; limit: number },
): Promise<CommentRow[]> {
  return query<CommentRow>(
    em,
    `/* all shards: held-comments */ select ${commentColumns} from comment
      where held_for = $1 and held_by is not null and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        and exists (select from post_ref p where p.post_id = comment.post_id and p.state = 'published')
      order by id desc limit $3`,
    [input.authorId, input.before, input.limit],
  )
}
