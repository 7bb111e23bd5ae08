import { events } from '@daguerre/contracts'
import { dropCounts } from '@daguerre/kit/counters'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { answerScope, forgetAnswers } from '@daguerre/kit/idempotency'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/**
 * Removes what is left of comments that this transaction has deleted: likes and counts (who likes holds the comment, so none comes after),
 * what was told of them but for their deletion, and the answers to who wrote them.
 */
export async function dropTraces(
  tx: EntityManager,
  comments: readonly { id: string; authorId: string }[],
): Promise<void> {
  const ids = comments.map(({ id }) => id)
  await query(tx, `delete from comment_like where comment_id = any($1::uuid[])`, [ids])
  await dropCounts(tx, ids)
  await forgetComments(tx, comments)
}

/** What was told of comments, but for their deletion, and was answered to who wrote them. */
export async function forgetComments(
  tx: EntityManager,
  comments: readonly { id: string; authorId: string }[],
): Promise<void> {
  await forgetEvents(
    tx,
    comments.map(({ id }) => ({ subject: id, keep: [events.commentDeleted] })),
  )
  await forgetAnswers(tx, {
    scopes: [...new Set(comments.map(({ authorId }) => authorId))].map((authorId) =>
      answerScope(authorId, 'POST', '/api/v1/posts/:id/comments'),
    ),
    locations: comments.map(({ id }) => `/api/v1/comments/${id}`),
  })
}
