import { events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { forbidden } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import { dropTraces } from './drop-traces.ts'
import { commentNotFound, findComment } from './find-comment.ts'

/**
 * Deletes a comment, a first-level one with its replies; each gets its own event. Its author may, and the post's.
 * @throws Problem 404 `comment.not_found`, 403 `comment.not_yours`
 */
export async function deleteComment(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  commentId: string,
): Promise<{ postId: string }> {
  return await em.transactional(async (tx) => {
    const { postId } = await findComment({ em: tx }, commentId)
    // The lock lets replies in work finish (they hold the row) and turns away later ones.
    const [comment] = await query<{ id: string; postId: string; authorId: string; postAuthorId: string }>(
      tx,
      `select c.id, c.post_id as "postId", c.author_id as "authorId", p.author_id as "postAuthorId"
         from comment c join post_ref p on p.post_id = c.post_id
        where c.post_id = $1 and c.id = $2 and p.state = 'published'
          for update of c`,
      [postId, commentId],
    )
    if (!comment) throw commentNotFound()
    if (viewer.id !== comment.authorId && viewer.id !== comment.postAuthorId) {
      throw forbidden('comment.not_yours', 'Only its author and the author of the post may delete a comment.')
    }
    const deleted = [
      ...(await query<DeletedRow>(
        tx,
        `delete from comment where post_id = $1 and parent_id = $2 returning ${deletedColumns}`,
        [postId, comment.id],
      )),
      ...(await query<DeletedRow>(
        tx,
        `delete from comment where post_id = $1 and id = $2 returning ${deletedColumns}`,
        [postId, comment.id],
      )),
    ]
    const parentId = deleted.at(-1)?.parentId ?? null
    await bump(tx, comment.postId, 'comments', -deleted.length)
    if (parentId !== null) await bump(tx, parentId, 'replies', -1)
    await dropTraces(tx, deleted)
    await emitAll(
      tx,
      deleted.map((row) =>
        makeEvent(events.commentDeleted, {
          subject: row.id,
          version: 2,
          data: {
            commentId: row.id,
            postId: comment.postId,
            postAuthorId: comment.postAuthorId,
            parentId: row.parentId,
            authorId: row.authorId,
          },
        }),
      ),
    )
    return { postId: comment.postId }
  })
}

interface DeletedRow {
  id: string
  parentId: string | null
  authorId: string
}
const deletedColumns = `id, parent_id as "parentId", author_id as "authorId"`
