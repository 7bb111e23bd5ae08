import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { dropMedia } from './media/drop-media.ts'

/** What this service listens to: whose photos, and which, are gone. */
export function subscriptions({
  forkEm,
  wakeEraser,
}: {
  forkEm: () => EntityManager
  wakeEraser: () => void
}): EventHandler[] {
  return [
    on(events.postDeleted, async ({ data: { authorId, mediaIds } }) => {
      await dropMedia({ em: forkEm() }, { ownerId: authorId, ids: mediaIds })
      wakeEraser()
    }),
    on(events.accountDeleted, async ({ data: { userId } }) => {
      await noteErasures(forkEm(), 'person', [userId])
      wakeEraser()
    }),
  ]
}
