import { type Entity, events, makeEvent } from '@daguerre/contracts'
import { bump } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { invalid } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { VisiblePost } from '../posts/find-post.ts'
import { type CommentRow, nobody } from './comment.ts'

/**
 * The viewer comments on a post, or replies. An answer to a reply joins the thread of its first-level comment.
 * @throws Problem 422 if `parentId` is not a comment of this post (any more)
 */
export async function createComment(
  { em, viewer, now }: { em: EntityManager; viewer: Viewer; now: Date },
  post: VisiblePost,
  input: { text: string; entities: Entity[]; parentId: string | undefined },
): Promise<CommentRow> {
  return em.transactional(async (tx) => {
    const thread = input.parentId === undefined ? null : await lockThread(tx, post.id, input.parentId)
    const comment: CommentRow = {
      id: newId(),
      postId: post.id,
      parentId: thread?.rootId ?? null,
      authorId: viewer.id,
      authorUsername: viewer.username,
      text: input.text,
      entities: input.entities,
      createdAt: now.toISOString(),
    }
    await query(
      tx,
      `insert into comment (id, post_id, parent_id, author_id, author_username, text, entities, created_at)
       values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
      [
        comment.id,
        comment.postId,
        comment.parentId,
        comment.authorId,
        comment.authorUsername,
        comment.text,
        JSON.stringify(comment.entities),
        comment.createdAt,
      ],
    )
    await bump(tx, post.id, 'comments', 1)
    if (thread) await bump(tx, thread.rootId, 'replies', 1)
    await emit(
      tx,
      makeEvent(events.commentCreated, {
        subject: comment.id,
        version: 1,
        data: {
          commentId: comment.id,
          postId: post.id,
          postAuthorId: post.authorId,
          parentId: comment.parentId,
          repliedToId: thread?.repliedToId ?? null,
          authorId: comment.authorId,
          text: comment.text,
          entities: comment.entities,
          at: comment.createdAt,
        },
      }),
    )
    return comment
  })
}

// Holding the first-level comment makes a deletion of the thread wait for this reply, so that it takes it along.
async function lockThread(tx: EntityManager, postId: string, parentId: string) {
  const [thread] = await query<{ rootId: string; repliedToId: string | null }>(
    tx,
    `select root.id as "rootId", nullif(named.author_id, $3) as "repliedToId"
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
