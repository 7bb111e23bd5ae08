import { eraseDue, sessionPausesSeconds } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { sideBySide } from '@daguerre/kit/side-by-side'
import { variantNames } from '../image/dimensions.ts'
import type { Storage } from '../storage.ts'
import { dropTransfersOf, eraseTransfers } from '../transfer/erase-transfers.ts'
import { dropMedia } from './drop-media.ts'
import { originalKey, variantKey } from './media-row.ts'

const batch = 100
const photosAtOnce = 4

export interface EraseDeps {
  forkEm: () => EntityManager
  storage: Storage
  /** For how long a worker may go on with a photo that has gone. */
  leaseSeconds: number
  /** For how long a presigned URL can be used. */
  uploadUrlSeconds: number
}

/**
 * Erases what is gone from S3, and all photos of people who have left. Who was writing when the row went, a worker or an upload, may write
 * once more; so each is gone through again when none can.
 */
export async function eraseGone(deps: EraseDeps, signal: AbortSignal): Promise<void> {
  const { forkEm, storage, leaseSeconds, uploadUrlSeconds } = deps
  const photo = {
    kind: 'media',
    pausesSeconds: [Math.max(30, leaseSeconds), uploadUrlSeconds + 60],
    erase: (id: string) => storage.remove([originalKey(id), ...variantNames.map((name) => variantKey(id, name))]),
    signal,
  }
  await eraseDue(forkEm(), {
    kind: 'person',
    pausesSeconds: sessionPausesSeconds,
    async erase(id) {
      // First what would bring new photos.
      await dropTransfersOf({ em: forkEm() }, id)
      while (await dropSomeOf(forkEm(), id)) {
        // Before the next of theirs, so that what others delete meanwhile never waits for all that somebody had.
        await erasePhotos()
        signal.throwIfAborted()
      }
    },
    signal,
  })
  await erasePhotos()
  await eraseTransfers({ em: forkEm(), storage }, signal)

  function erasePhotos(): Promise<void> {
    return sideBySide(photosAtOnce, () => eraseDue(forkEm(), photo))
  }
}

/** @returns whether there was anything */
async function dropSomeOf(em: EntityManager, ownerId: string): Promise<boolean> {
  const rows = await query<{ id: string }>(
    em,
    '/* all shards: media-of-a-person */ select id from media where owner_id = ? limit ?',
    [ownerId, batch],
  )
  if (rows.length > 0) {
    await dropMedia({ em }, { ownerId, ids: rows.map(({ id }) => id) })
    return true
  }
  await query(em, '/* all shards: stored-answers */ delete from idempotency_key where starts_with(scope, ?)', [
    `${ownerId} `,
  ])
  return false
}
