import type { Omission } from '@daguerre/contracts'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'
import type { TransferKind, TransferRow } from './transfer-row.ts'

const isThere = "state <> 'erased' and erase_at > now()"

/** A transfer, of this person alone if an owner is named. */
export async function findTransfer(
  { em }: { em: EntityManager },
  { id, ownerId = null, kind }: { id: string; ownerId?: string | null; kind: TransferKind },
): Promise<TransferRow | undefined> {
  const [row] = await query<TransferRow>(
    em,
    `select * from transfer where id = ? and (?::uuid is null or owner_id = ?) and kind = ? and ${isThere}`,
    [id, ownerId, ownerId, kind],
  )
  return row
}

/** What of an archive was left out. @param options.after number of the last one shown */
export async function listOmissions(
  { em }: { em: EntityManager },
  { id, after, limit }: { id: string; after: number | null; limit: number },
): Promise<(Omission & { number: number })[]> {
  const rows = await query<Omit<Omission, 'at'> & { number: number; at: Date | null }>(
    em,
    `select number, position, at, file, reason from transfer_omission
     where transfer_id = ? and number > ? order by number limit ?`,
    [id, after ?? -1, limit],
  )
  return rows.map((row) => ({ ...row, at: row.at?.toISOString() ?? null }))
}

/** A person's transfers, newest first. @param options.before id of the last one shown */
export async function listTransfers(
  { em }: { em: EntityManager },
  { ownerId, kind, before, limit }: { ownerId: string; kind: TransferKind; before: string | null; limit: number },
): Promise<TransferRow[]> {
  return query<TransferRow>(
    em,
    `select * from transfer where owner_id = ? and kind = ? and ${isThere} and (?::uuid is null or id < ?)
     order by id desc limit ?`,
    [ownerId, kind, before, before, limit],
  )
}
