import { newId } from '@daguerre/kit/id'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { Claim } from '../media/claim-media.ts'

/** An import that this worker has for as long as its lease lasts, as a `Claim` of a photo. */
export type ImportClaim = Claim & { ownerId: string; url: string }

/** Takes the import that has waited longest, of nobody among `except`. As long as the lease lasts its original may be written. */
export async function claimImport(
  { em }: { em: EntityManager },
  { leaseSeconds, except }: { leaseSeconds: number; except: readonly string[] },
): Promise<ImportClaim | undefined> {
  const [claim] = await query<ImportClaim>(
    em,
    `/* all shards: queue */ update media set lease = ?, fetch_at = now() + make_interval(secs => ?),
       url_until = now() + make_interval(secs => ?), attempts = attempts + 1
     where id = (
       select id from media where fetch_at <= now() and owner_id <> all(?::uuid[])
       order by fetch_at limit 1 for update skip locked)
     returning id, lease, attempts, owner_id as "ownerId", import_url as url`,
    [newId(), leaseSeconds, leaseSeconds, except],
  )
  return claim
}

/** @returns false if the lease has ended and somebody else has the import, or has finished it */
export async function renewImport({ em }: { em: EntityManager }, claim: Claim, leaseSeconds: number): Promise<boolean> {
  const rows = await query(
    em,
    `update media set fetch_at = now() + make_interval(secs => ?), url_until = now() + make_interval(secs => ?)
     where id = ? and lease = ? and fetch_at is not null returning 1 as held`,
    [leaseSeconds, leaseSeconds, claim.id, claim.lease],
  )
  return rows.length > 0
}

/** Gives an import back to the queue. @param options.counts whether this was an attempt */
export async function releaseImport(
  { em }: { em: EntityManager },
  claim: Claim,
  { delaySeconds, counts }: { delaySeconds: number; counts: boolean },
): Promise<void> {
  await query(
    em,
    `update media set lease = null, fetch_at = now() + make_interval(secs => ?), attempts = attempts - ?
     where id = ? and lease = ? and fetch_at is not null`,
    [delaySeconds, counts ? 0 : 1, claim.id, claim.lease],
  )
}

/** Puts an import whose bytes are there into the queue of photos, as an upload. @returns false if the lease does not hold */
export async function acceptImport(
  { em }: { em: EntityManager },
  claim: Claim,
  { bytes, sha256 }: { bytes: number; sha256: Buffer },
): Promise<boolean> {
  const rows = await query(
    em,
    `update media set bytes = ?, sha256 = ?, claimable_at = now(), fetch_at = null, import_url = null, lease = null, attempts = 0,
       version = version + 1
     where id = ? and lease = ? and fetch_at is not null returning 1 as accepted`,
    [bytes, sha256, claim.id, claim.lease],
  )
  return rows.length > 0
}
