import { randomBytes } from 'node:crypto'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type AuditRecord, hashEntry, hashReason, noHash } from './hash-entry.ts'

const auditLock = 7_240_913_302

export type NewEntry = Omit<AuditRecord, 'reasonHash'> & {
  reason: string
  /** Whom it is about: when they are erased, the reason is. */
  personId: string
  /** Of the event that told of it, if one did: it may come again. */
  eventId?: string
}

/**
 * Adds an entry to the audit log, in the transaction of what it tells of. Call it last: the lock of the chain is held until that
 * ends.
 */
export async function appendEntry(tx: EntityManager, { reason, personId, eventId, ...entry }: NewEntry): Promise<void> {
  if (!tx.isInTransaction()) throw new Error('an entry belongs to the transaction of what it tells of')
  const salt = randomBytes(16)
  const record: AuditRecord = { ...entry, reasonHash: reason === '' ? null : hashReason(salt, reason) }
  await query(tx, `select pg_advisory_xact_lock(${auditLock})`)
  // Read only now, behind the lock.
  if (eventId !== undefined) {
    const [known] = await query(tx, 'select 1 from audit_entry where event_id = $1', [eventId])
    if (known) return
  }
  const [last] = await query<{ sequence: string; hash: string }>(
    tx,
    'select sequence, hash from audit_entry order by sequence desc limit 1',
  )
  const sequence = Number(last?.sequence ?? 0) + 1
  await query(tx, 'insert into audit_entry (sequence, record, hash, event_id) values ($1, $2::jsonb, $3, $4)', [
    sequence,
    JSON.stringify(record),
    hashEntry(last?.hash ?? noHash, sequence, record),
    eventId ?? null,
  ])
  if (reason === '') return
  await query(tx, 'insert into audit_reason (sequence, person_id, salt, text) values ($1, $2, $3, $4)', [
    sequence,
    personId,
    salt,
    reason,
  ])
}
