import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, forbidden } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import { commentColumns, type CommentRow, nobody } from './comment.ts'
import { announceComment } from './create-comment.ts'
import { commentNotFound, findComment } from './find-comment.ts'

/**
 * The author of a post lets a comment through that is held: it is there for all, counted and told of from now on. One that is not held stays as it is.
 * @throws Problem 404 `comment.not_found`, 403 `comment.not_your_post`, 409 `comment.thread_held` of a reply to a comment that is held
 */
export async function releaseComment(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  commentId: string,
): Promise<{ postId: string }> {
  return await em.transactional(async (tx) => {
    const { post, ...comment } = await findComment({ em: tx }, commentId)
    if (post.authorId !== viewer.id) {
      throw forbidden('comment.not_your_post', 'Only the author of the post lets comments through.')
    }
    const released = await releaseLocked(tx, { ...comment, postAuthorId: post.authorId, isReleased: true })
    if (released === 'gone') throw commentNotFound()
    if (released === 'thread held') {
      throw conflict('comment.thread_held', 'The comment that it answers is held: let that through first.')
    }
    return { postId: comment.postId }
  })
}

/** In a transaction that has decided so. One that was let through or deleted meanwhile is left as it is. */
export async function releaseLocked(
  tx: EntityManager,
  { id, postId, parentId, postAuthorId, isReleased }: Held & { isReleased: boolean },
): Promise<'done' | 'thread held' | 'gone'> {
  // The thread before the reply, as a deletion locks them.
  if (parentId !== null) {
    const [root] = await query<{ isHeld: boolean }>(
      tx,
      `select held_by is not null as "isHeld" from comment where post_id = $1 and id = $2 for share`,
      [postId, parentId],
    )
    if (root?.isHeld) return 'thread held'
  }
  const [comment] = await query<CommentRow & { answeredId: string | null }>(
    tx,
    `select ${commentColumns}, answered_id as "answeredId" from comment where post_id = $1 and id = $2 for update`,
    [postId, id],
  )
  if (!comment) return 'gone'
  if (comment.heldBy === null) return 'done'
  await query(tx, 'update comment set held_by = null where post_id = $1 and id = $2', [postId, id])
  const [answered] =
    comment.answeredId === null
      ? []
      : await query<{ authorId: string }>(
          tx,
          `select author_id as "authorId" from comment where post_id = $1 and id = $2 and author_id <> $3`,
          [postId, comment.answeredId, nobody],
        )
  await announceComment(tx, comment, { postAuthorId, repliedToId: answered?.authorId ?? null, isReleased })
  return 'done'
}

export interface Held extends Pick<CommentRow, 'id' | 'postId' | 'parentId'> {
  postAuthorId: string
}
