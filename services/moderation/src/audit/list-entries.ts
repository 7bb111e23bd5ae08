import type { AuditEntry } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { AuditRecord } from './hash-entry.ts'

/** Entries of the audit log, the latest first. @param before number of the last one seen, or null for the beginning */
export async function listEntries(
  em: EntityManager,
  { before, limit }: { before: number | null; limit: number },
): Promise<AuditEntry[]> {
  const rows = await query<{
    sequence: string
    record: AuditRecord
    hash: string
    reason: string | null
    username: string | null
  }>(
    em,
    `select e.sequence, e.record, e.hash, r.text as reason, m.username
       from audit_entry e left join audit_reason r on r.sequence = e.sequence
       left join moderator m on m.id = (e.record->>'actorId')::uuid
      where $1::bigint is null or e.sequence < $1 order by e.sequence desc limit $2`,
    [before, limit],
  )
  return rows.map(({ sequence, record: { actorId, reasonHash, ...record }, hash, reason, username }) => ({
    ...record,
    sequence: Number(sequence),
    actor: actorId === null ? null : { id: actorId, username: username ?? '' },
    reason: reasonHash === null ? '' : reason,
    hash,
  }))
}
