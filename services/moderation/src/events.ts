import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { noteDecision } from './audit/note-decision.ts'
import type { Neighbours } from './neighbours.ts'
import { reportHeld } from './report/report-held.ts'
import { reportMatch } from './report/report-match.ts'

interface Deps {
  forkEm: () => EntityManager
  neighbours: Neighbours
  clock: () => Date
}

/**
 * What moderation listens to: what is decided elsewhere, for the audit log; what is gone, of which jobs erase what is kept, also what a report that is in
 * work brings in yet; photos that look like a blocked one; and posts that are held.
 */
export function subscriptions({ forkEm, neighbours, clock }: Deps): EventHandler[] {
  return [
    on(events.accountDecided, ({ id, data }) => noteDecision({ em: forkEm(), neighbours }, id, data)),
    on(events.postDeleted, ({ data: { postId } }) => noteErasures(forkEm(), 'post', [postId])),
    on(events.commentDeleted, ({ data: { commentId } }) => noteErasures(forkEm(), 'comment', [commentId])),
    on(events.accountDeleted, ({ data: { userId } }) => noteErasures(forkEm(), 'person', [userId])),
    on(events.postHeld, ({ data }) => reportHeld({ em: forkEm(), now: clock() }, data)),
    on(events.photoMatched, async ({ data }) => {
      const [owner] = await neighbours.find.account([data.ownerId], null)
      if (owner) await reportMatch({ em: forkEm(), now: clock() }, data, owner)
    }),
  ]
}
