import type { MediaFailure } from '@daguerre/contracts'
import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { ImageFormat } from '../image/sniff.ts'
import { type MediaRow, presentMedia, type StoredVariant } from './media-row.ts'

/** A photo that this worker has for as long as its lease lasts. `attempts` counts this one. */
export type Claim = { id: string; lease: string; attempts: number }

export type Ready = {
  sha256: Buffer
  format: ImageFormat
  width: number
  height: number
  placeholder: string
  variants: StoredVariant[]
}

/** Takes the photo that has waited longest. The attempt is counted before the work, so that one that kills us counts. */
export async function claimMedia({ em }: { em: EntityManager }, leaseSeconds: number): Promise<Claim | undefined> {
  const [claim] = await query<Claim>(
    em,
    `/* all shards: queue */ update media set lease = ?, claimable_at = now() + make_interval(secs => ?), attempts = attempts + 1
     where id = (
       select id from media where state = 'processing' and claimable_at <= now()
       order by claimable_at limit 1 for update skip locked)
     returning id, lease, attempts`,
    [newId(), leaseSeconds],
  )
  return claim
}

/** @returns false if the lease has ended and somebody else has the photo, or has finished it */
export async function renewLease({ em }: { em: EntityManager }, claim: Claim, leaseSeconds: number): Promise<boolean> {
  const rows = await query(
    em,
    `update media set claimable_at = now() + make_interval(secs => ?)
     where id = ? and lease = ? and state = 'processing' returning 1 as held`,
    [leaseSeconds, claim.id, claim.lease],
  )
  return rows.length > 0
}

/** Gives a photo back to the queue. @param options.counts whether this was an attempt */
export async function releaseMedia(
  { em }: { em: EntityManager },
  claim: Claim,
  { delaySeconds, counts }: { delaySeconds: number; counts: boolean },
): Promise<void> {
  await query(
    em,
    `update media set lease = null, claimable_at = now() + make_interval(secs => ?), attempts = attempts - ?
     where id = ? and lease = ? and state = 'processing'`,
    [delaySeconds, counts ? 0 : 1, claim.id, claim.lease],
  )
}

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
