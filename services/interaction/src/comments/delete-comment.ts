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
    const comment = await lockComment(tx, postId, commentId)
    if (comment?.postState !== 'published') throw commentNotFound()
    if (viewer.id !== comment.authorId && viewer.id !== comment.postAuthorId) {
      throw forbidden('comment.not_yours', 'Only its author and the author of the post may delete a comment.')
    }
    await deleteLocked(tx, comment)
    return { postId }
  })
}

/** The same for a moderator, also under a post that is hidden. One that is gone is gone. */
export async function removeComment(em: EntityManager, commentId: string): Promise<void> {
  await em.transactional(async (tx) => {
    const [found] = await query<{ postId: string }>(
      tx,
      `/* all shards: comment-by-id */ select post_id as "postId" from comment where id = $1`,
      [commentId],
    )
    const comment = found && (await lockComment(tx, found.postId, commentId))
    if (comment) await deleteLocked(tx, comment)
  })
}

interface LockedComment {
  id: string
  postId: string
  authorId: string
  postAuthorId: string
  postState: string
}

// The lock lets replies in work finish (they hold the row) and turns away later ones.
async function lockComment(tx: EntityManager, postId: string, commentId: string): Promise<LockedComment | undefined> {
  const [comment] = await query<LockedComment>(
    tx,
    `select c.id, c.post_id as "postId", c.author_id as "authorId", p.author_id as "postAuthorId", p.state as "postState"
       from comment c join post_ref p on p.post_id = c.post_id
      where c.post_id = $1 and c.id = $2
        for update of c`,
    [postId, commentId],
  )
  return comment
}

async function deleteLocked(tx: EntityManager, { id, postId, postAuthorId }: LockedComment): Promise<void> {
  const deleted = [
    ...(await query<DeletedRow>(
      tx,
      `delete from comment where post_id = $1 and parent_id = $2 returning ${deletedColumns}`,
      [postId, id],
    )),
    ...(await query<DeletedRow>(tx, `delete from comment where post_id = $1 and id = $2 returning ${deletedColumns}`, [
      postId,
      id,
    ])),
  ]
  // What is held does not count.
  const counted = deleted.filter(({ isHeld }) => !isHeld)
  const parentId = counted.find((row) => row.id === id)?.parentId ?? null
  if (counted.length > 0) await bump(tx, postId, 'comments', -counted.length)
  if (parentId !== null) await bump(tx, parentId, 'replies', -1)
  await dropTraces(tx, deleted)
  await emitAll(
    tx,
    deleted.map((row) =>
      makeEvent(events.commentDeleted, {
        subject: row.id,
        version: 2,
        data: { commentId: row.id, postId, postAuthorId, parentId: row.parentId, authorId: row.authorId },
      }),
    ),
  )
}

interface DeletedRow {
  id: string
  parentId: string | null
  authorId: string
  isHeld: boolean
}
const deletedColumns = `id, parent_id as "parentId", author_id as "authorId", held_by is not null as "isHeld"`
