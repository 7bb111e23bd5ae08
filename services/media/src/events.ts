import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { applyBlock } from './block/apply-block.ts'
import { dropMedia } from './media/drop-media.ts'

/** What this service listens to: whose photos, and which, are gone, and which looks are blocked. */
export function subscriptions({
  forkEm,
  maxDistance,
  wakeEraser,
}: {
  forkEm: () => EntityManager
  /** Bits in which the hashes of two photos that look the same may differ. */
  maxDistance: number
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
    on(events.photoBlockChanged, ({ data, version }) => applyBlock({ em: forkEm(), maxDistance }, data, version)),
  ]
}
