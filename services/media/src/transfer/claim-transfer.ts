import type { ArchiveFailure, Audience, Omission } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type Claim, leases, type Leases } from '../leases.ts'
import type { TransferKind } from './transfer-row.ts'

/** A transfer that this worker has for as long as its lease lasts. */
export type TransferClaim = Claim & {
  kind: TransferKind
  ownerId: string
  ownerName: string
  /** Of an archive: whom its posts are for, where it does not say it. */
  audience: Audience
  done: number
  total: number | null
  /** Size of its ZIP, if it is there. */
  bytes: number
  createdAt: Date
}

/** Transfers of one kind that wait for work. */
export function waitingTransfers(kind: TransferKind): Leases<TransferClaim> {
  return leases<TransferClaim>({
    table: 'transfer',
    due: 'due_at',
    where: `kind = '${kind}' and state = 'working'`,
    columns:
      'kind, owner_id as "ownerId", owner_name as "ownerName", audience, done, total, coalesce(bytes, 0)::float8 as bytes, created_at as "createdAt"',
  })
}

/** Says how far it is. @returns false if the lease does not hold */
export async function reportProgress(
  { em }: { em: EntityManager },
  claim: Claim,
  { done, total }: { done: number; total: number },
): Promise<boolean> {
  const rows = await query(
    em,
    "update transfer set done = ?, total = ? where id = ? and lease = ? and state = 'working' returning 1 as held",
    [done, total, claim.id, claim.lease],
  )
  return rows.length > 0
}

/** What came of one post of an archive. */
export type PostOutcome = { isHere: boolean; omissions: Omit<Omission, 'position'>[] }

/** Puts down a post of an archive that is behind it, with what of it was left out. @returns false if the lease does not hold */
export async function recordPost(
  { em }: { em: EntityManager },
  claim: Claim,
  { position, isHere, omissions }: PostOutcome & { position: number },
): Promise<boolean> {
  return em.transactional(async (tx) => {
    // What ends its worker is counted from here: an archive may have thousands of posts.
    const [row] = await query<{ first: number }>(
      tx,
      `update transfer set done = ?, posts = posts + ?, omissions = omissions + ?, attempts = 1
       where id = ? and lease = ? and state = 'working' and done = ? returning omissions - ? as first`,
      [position + 1, isHere ? 1 : 0, omissions.length, claim.id, claim.lease, position, omissions.length],
    )
    if (!row) return false
    for (const [index, { at, file, reason }] of omissions.entries()) {
      await query(
        tx,
        'insert into transfer_omission (transfer_id, number, position, at, file, reason) values (?, ?, ?, ?, ?, ?)',
        [claim.id, row.first + index, position, at, file, reason],
      )
    }
    return true
  })
}

/** Says that it is done. @param options.bytes size of its ZIP, if it has one from now on @returns false if the lease does not hold */
export async function finishTransfer(
  { em }: { em: EntityManager },
  claim: Claim,
  { bytes = null, keptHours }: { bytes?: number | null; keptHours: number },
): Promise<boolean> {
  const rows = await query(
    em,
    `update transfer set state = 'ready', bytes = coalesce(?, bytes), lease = null, due_at = null, finished_at = now(),
       erase_at = now() + make_interval(hours => ?)
     where id = ? and lease = ? and state = 'working' returning 1 as finished`,
    [bytes, keptHours, claim.id, claim.lease],
  )
  return rows.length > 0
}

/** Says that it will never be done, as `finishTransfer`. */
export async function failTransfer(
  { em }: { em: EntityManager },
  claim: Claim,
  reason: ArchiveFailure,
): Promise<boolean> {
  const rows = await query(
    em,
    `update transfer set state = 'failed', reason = ?, lease = null, due_at = null, finished_at = now()
     where id = ? and lease = ? and state = 'working' returning 1 as failed`,
    [reason, claim.id, claim.lease],
  )
  return rows.length > 0
}
