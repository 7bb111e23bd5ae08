import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type Claim, leases } from '../leases.ts'

/** An import that this worker has for as long as its lease lasts. */
export type ImportClaim = Claim & { ownerId: string; url: string }

/** Photos that are to be fetched. As long as a lease lasts their originals may be written. */
export const waitingImports = leases<ImportClaim>({
  table: 'media',
  due: 'fetch_at',
  where: 'fetch_at is not null',
  also: 'url_until',
  columns: 'owner_id as "ownerId", import_url as url',
  comment: '/* all shards: queue */',
})

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
