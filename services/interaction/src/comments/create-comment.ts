import { type Entity, events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, invalid } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'
import { type CommentRow, nobody } from './comment.ts'

/**
 * The viewer comments on a post, or replies. An answer to a reply joins the thread of its first-level comment, and is held as that is.
 * @param heldBy what keeps it back: nobody is told of it then, and it does not count
 * @throws Problem 422 if `parentId` is not a comment of this post (any more), 409 `comment.held` if the author of the post answers what they have not let through
 */
export async function createComment(
  { em, viewer, now }: { em: EntityManager; viewer: Viewer; now: Date },
  post: VisiblePost,
  input: { text: string; entities: Entity[]; parentId: string | undefined; heldBy: CommentRow['heldBy'] },
): Promise<CommentRow> {
  return em.transactional(async (tx) => {
    const thread = input.parentId === undefined ? null : await lockThread(tx, post.id, input.parentId)
    if (thread?.isHeld && viewer.id === post.authorId) {
      throw conflict('comment.held', 'The comment is held: let it through before you answer it.')
    }
    const heldBy = thread?.heldBy ?? input.heldBy
    const comment: CommentRow = {
      id: newId(),
      postId: post.id,
      parentId: thread?.rootId ?? null,
      authorId: viewer.id,
      authorUsername: viewer.username,
      text: input.text,
      entities: input.entities,
      createdAt: now.toISOString(),
      heldBy,
      heldFor: heldBy === null ? null : post.authorId,
    }
    await query(
      tx,
      `insert into comment (id, post_id, parent_id, author_id, author_username, text, entities, created_at, held_by, held_for, answered_id)
       values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11)`,
      [
        comment.id,
        comment.postId,
        comment.parentId,
        comment.authorId,
        comment.authorUsername,
        comment.text,
        JSON.stringify(comment.entities),
        comment.createdAt,
        comment.heldBy,
        comment.heldFor,
        heldBy === null ? null : (input.parentId ?? null),
      ],
    )
    if (heldBy === null) {
      await announceComment(tx, comment, { postAuthorId: post.authorId, repliedToId: thread?.repliedToId ?? null })
    }
    return comment
  })
}

/** A comment is there for all from this transaction on: it counts, and is told of. @param isReleased the author of the post has let it through */
export async function announceComment(
  tx: EntityManager,
  comment: CommentRow,
  told: { postAuthorId: string; repliedToId: string | null; isReleased?: boolean },
): Promise<void> {
  await bump(tx, comment.postId, 'comments', 1)
  if (comment.parentId !== null) await bump(tx, comment.parentId, 'replies', 1)
  await emit(
    tx,
    makeEvent(events.commentCreated, {
      subject: comment.id,
      version: 1,
      data: {
        commentId: comment.id,
        postId: comment.postId,
        postAuthorId: told.postAuthorId,
        parentId: comment.parentId,
        repliedToId: told.repliedToId,
        authorId: comment.authorId,
        text: comment.text,
        entities: comment.entities,
        at: new Date(comment.createdAt).toISOString(),
        released: told.isReleased ?? false,
      },
    }),
  )
}

interface Thread {
  rootId: string
  repliedToId: string | null
  /** As the first-level comment is. */
  heldBy: CommentRow['heldBy']
  /** That one, or the reply that is answered. */
  isHeld: boolean
}

// Holding the first-level comment makes a deletion of the thread wait for this reply, so that it takes it along.
async function lockThread(tx: EntityManager, postId: string, parentId: string): Promise<Thread> {
  const [thread] = await query<Thread>(
    tx,
    `select root.id as "rootId", nullif(named.author_id, $3) as "repliedToId", root.held_by as "heldBy",
            coalesce(root.held_by, named.held_by) is not null as "isHeld"
       from comment named join comment root on root.post_id = named.post_id and root.id = coalesce(named.parent_id, named.id)
      where named.id = $1 and named.post_id = $2
        for key share of root`,
    [parentId, postId, nobody],
  )
  if (thread) return thread
  throw notOfThisPost()
}

/** What is said of a reply to a comment that is not there, or that the viewer may not see. */
export function notOfThisPost() {
  return invalid([{ pointer: '#/parentId', code: 'comment.not_of_this_post', detail: 'is not a comment of this post' }])
}
