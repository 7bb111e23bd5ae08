import { events, makeEvent, type MediaFailure } from '@daguerre/contracts'
import { emit, emitAll } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import { findMatch } from '../block/find-match.ts'
import { matchEvent } from '../block/match-event.ts'
import type { ImageFormat } from '../image/sniff.ts'
import { type Claim, leases } from '../leases.ts'
import { type MediaRow, presentMedia, type StoredVariant } from './media-row.ts'

export type Ready = {
  sha256: Buffer
  format: ImageFormat
  width: number
  height: number
  placeholder: string
  perceptualHash: string
  variants: StoredVariant[]
}

/** Photos that are here and wait for their variants. */
export const waitingPhotos = leases({
  table: 'media',
  due: 'claimable_at',
  where: "state = 'processing'",
  comment: '/* all shards: queue */',
})

/**
 * Publishes a photo, or refuses it if it looks like a blocked one: state and event in one transaction, only while the lease holds.
 * @param deps.maxDistance bits in which the hashes of two photos that look the same may differ
 * @returns undefined if it does not
 */
export async function finishPhoto(
  { em, maxDistance }: { em: EntityManager; maxDistance: number },
  claim: Claim,
  ready: Ready,
): Promise<'ready' | 'blocked' | undefined> {
  return em.transactional(async (tx) => {
    const match = await findMatch(tx, ready.perceptualHash, maxDistance)
    if (match) {
      const refused = await fail(tx, claim, 'blocked')
      if (refused) await emitAll(tx, [matchEvent(refused, match, { isRefused: true })])
      return refused && 'blocked'
    }
    const [row] = await query<MediaRow>(
      tx,
      `update media set state = 'ready', sha256 = ?, format = ?, width = ?, height = ?, placeholder = ?,
         perceptual_hash = ?::bit(64), variants = ?::jsonb,
         lease = null, claimable_at = null, finished_at = now(), version = version + 1
       where id = ? and lease = ? and state = 'processing' returning *`,
      [
        ready.sha256,
        ready.format,
        ready.width,
        ready.height,
        ready.placeholder,
        ready.perceptualHash,
        JSON.stringify(ready.variants),
        claim.id,
        claim.lease,
      ],
    )
    if (!row) return undefined
    await emit(
      tx,
      makeEvent(events.mediaProcessed, {
        subject: row.id,
        version: row.version,
        data: { ownerId: row.owner_id, media: presentMedia(row) },
      }),
    )
    return 'ready'
  })
}

/** Says that a photo, or an import, will never be one, as `finishPhoto`. @returns false if the lease does not hold */
export async function finishFailed(
  { em }: { em: EntityManager },
  claim: Claim,
  reason: MediaFailure,
): Promise<boolean> {
  return em.transactional(async (tx) => (await fail(tx, claim, reason)) !== undefined)
}

async function fail(tx: EntityManager, claim: Claim, reason: MediaFailure): Promise<MediaRow | undefined> {
  const [row] = await query<MediaRow>(
    tx,
    `update media set state = 'failed', reason = ?, lease = null, claimable_at = null, fetch_at = null, import_url = null,
       finished_at = now(), version = version + 1
     where id = ? and lease = ? and state = 'processing' returning *`,
    [reason, claim.id, claim.lease],
  )
  if (!row) return undefined
  await emit(
    tx,
    makeEvent(events.mediaFailed, {
      subject: row.id,
      version: row.version,
      data: { ownerId: row.owner_id, mediaId: row.id, reason },
    }),
  )
  return row
}
