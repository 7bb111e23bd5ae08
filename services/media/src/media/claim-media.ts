import type { MediaFailure } from '@daguerre/contracts'
import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { ImageFormat } from '../image/sniff.ts'
import { type Claim, leases } from '../leases.ts'
import { type MediaRow, presentMedia, type StoredVariant } from './media-row.ts'

export type Ready = {
  sha256: Buffer
  format: ImageFormat
  width: number
  height: number
  placeholder: string
  variants: StoredVariant[]
}

/** Photos that are here and wait for their variants. */
export const waitingPhotos = leases({
  table: 'media',
  due: 'claimable_at',
  where: "state = 'processing'",
  comment: '/* all shards: queue */',
})

/** Publishes a photo: state and event in one transaction, only while the lease holds. @returns false if it does not */
export async function finishReady({ em }: { em: EntityManager }, claim: Claim, ready: Ready): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [row] = await query<MediaRow>(
      tx,
      `update media set state = 'ready', sha256 = ?, format = ?, width = ?, height = ?, placeholder = ?, variants = ?::jsonb,
         lease = null, claimable_at = null, finished_at = now(), version = version + 1
       where id = ? and lease = ? and state = 'processing' returning *`,
      [
        ready.sha256,
        ready.format,
        ready.width,
        ready.height,
        ready.placeholder,
        JSON.stringify(ready.variants),
        claim.id,
        claim.lease,
      ],
    )
    if (!row) return false
    await emit(
      tx,
      makeEvent(events.mediaProcessed, {
        subject: row.id,
        version: row.version,
        data: { ownerId: row.owner_id, media: presentMedia(row) },
      }),
    )
    return true
  })
}

/** Says that a photo, or an import, will never be one, as `finishReady`. */
export async function finishFailed(
  { em }: { em: EntityManager },
  claim: Claim,
  reason: MediaFailure,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [row] = await query<MediaRow>(
      tx,
      `update media set state = 'failed', reason = ?, lease = null, claimable_at = null, fetch_at = null, import_url = null,
         finished_at = now(), version = version + 1
       where id = ? and lease = ? and state = 'processing' returning *`,
      [reason, claim.id, claim.lease],
    )
    if (!row) return false
    await emit(
      tx,
      makeEvent(events.mediaFailed, {
        subject: row.id,
        version: row.version,
        data: { ownerId: row.owner_id, mediaId: row.id, reason },
      }),
    )
    return true
  })
}
