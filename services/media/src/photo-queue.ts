import type { EntityManager } from '@daguerre/kit/postgres'
import type { Claim } from './leases.ts'
import { finishFailed, finishPhoto, waitingPhotos } from './media/claim-media.ts'
import { processMedia } from './media/process-media.ts'
import type { Storage } from './storage.ts'
import type { Queue } from './worker.ts'

export type PhotoQueueOptions = {
  forkEm: () => EntityManager
  storage: Storage
  /** Bits in which the hash of a photo may differ from that of a blocked one that it looks like. */
  maxDistance: number
}

/** Photos that are here and wait for their variants. */
export function photoQueue({ forkEm, storage, maxDistance }: PhotoQueueOptions): Queue<Claim> {
  return {
    name: 'photos',
    metrics: {
      outcomes: { name: 'media_processed_total', help: 'Photos that have been worked on' },
      seconds: { name: 'media_processing_seconds', help: 'Time to make the variants of a photo' },
      busy: { name: 'media_in_work', help: 'Photos that this process works on' },
    },
    ...waitingPhotos,
    fail: finishFailed,
    async run(claim, signal) {
      const ready = await processMedia({ storage, signal }, claim.id)
      return finishPhoto({ em: forkEm(), maxDistance }, claim, ready)
    },
    reasonOf: () => ({ reason: 'processing_failed', isExpected: false }),
    delaySeconds: (attempts) => 2 ** attempts,
  }
}
