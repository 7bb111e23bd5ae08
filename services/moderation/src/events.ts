import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'

/** What moderation listens to: what is gone. Jobs erase what is kept of it, also what a report that is in work brings in yet. */
export function subscriptions({ forkEm }: { forkEm: () => EntityManager }): EventHandler[] {
  return [
    on(events.postDeleted, ({ data: { postId } }) => noteErasures(forkEm(), 'post', [postId])),
    on(events.commentDeleted, ({ data: { commentId } }) => noteErasures(forkEm(), 'comment', [commentId])),
    on(events.accountDeleted, ({ data: { userId } }) => noteErasures(forkEm(), 'person', [userId])),
  ]
}
