import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { noteDecision } from './audit/note-decision.ts'
import type { Neighbours } from './neighbours.ts'

/** What moderation listens to: what is decided elsewhere, for the audit log, and what is gone. Jobs erase what is kept of it, also what a report that is in work brings in yet. */
export function subscriptions({
  forkEm,
  neighbours,
}: {
  forkEm: () => EntityManager
  neighbours: Neighbours
}): EventHandler[] {
  return [
    on(events.accountDecided, ({ id, data }) => noteDecision({ em: forkEm(), neighbours }, id, data)),
    on(events.postDeleted, ({ data: { postId } }) => noteErasures(forkEm(), 'post', [postId])),
    on(events.commentDeleted, ({ data: { commentId } }) => noteErasures(forkEm(), 'comment', [commentId])),
    on(events.accountDeleted, ({ data: { userId } }) => noteErasures(forkEm(), 'person', [userId])),
  ]
}
