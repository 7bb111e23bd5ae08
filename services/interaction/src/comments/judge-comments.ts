import { NeighbourError } from '@daguerre/kit/neighbour'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Judge } from '../neighbours.ts'
import { commentColumns, type CommentRow } from './comment.ts'
import { removeComment } from './delete-comment.ts'
import { type Held, releaseLocked } from './release-comment.ts'

const batch = 100

/**
 * Judges comments that were made while user did not answer: until then nobody but who wrote them sees them. Replicas may do the same at once.
 * @returns how many were judged; fewer than there are if user still does not answer
 */
export async function judgeComments({
  em,
  judge,
  signal,
}: {
  em: EntityManager
  judge: Judge
  signal?: AbortSignal
}): Promise<number> {
  let judged = 0
  for (;;) {
    // Older ones first: a thread before what was answered in it.
    const due = await query<CommentRow & { heldFor: string }>(
      em,
      `/* all shards: unjudged-comments */ select ${commentColumns} from comment
        where held_by = 'unjudged' order by id limit $1`,
      [batch],
    )
    if (due.length === 0 || signal?.aborted) return judged
    const judgements = await judge(
      due.map(({ authorId: writerId, heldFor: authorId, text }) => ({ writerId, authorId, text })),
    ).catch((error: unknown) => {
      if (!(error instanceof NeighbourError)) throw error
    })
    if (!judgements) return judged
    for (const [index, { id, postId, parentId, heldFor: postAuthorId }] of due.entries()) {
      const comment = { id, postId, parentId, postAuthorId }
      const { heldBy, onlyFor } = judgements[index]!
      // It would have been refused.
      if (onlyFor !== null) await removeComment(em.fork(), id)
      else await em.fork().transactional((tx) => settle(tx, comment, heldBy))
    }
    judged += due.length
  }
}

async function settle(tx: EntityManager, comment: Held, heldBy: CommentRow['heldBy']): Promise<void> {
  if (heldBy === null && (await releaseLocked(tx, { ...comment, isReleased: false })) !== 'thread held') return
  // One that nothing holds is held as its thread is, which is locked.
  await query(
    tx,
    `update comment set held_by = coalesce($3, (select root.held_by from comment root where root.post_id = $1 and root.id = $4))
      where post_id = $1 and id = $2 and held_by = 'unjudged'`,
    [comment.postId, comment.id, heldBy, comment.parentId],
  )
}
