import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type AuditRecord, hashEntry, hashReason, noHash } from './hash-entry.ts'

const pageSize = 1000

export interface Verification {
  /** How many entries are right, from the first on. */
  entries: number
  /** Hash of the last one that is: kept elsewhere, it shows later whether the end has been cut off. */
  head: string
  /** The first entry that is wrong; null if all are right. */
  fault: { sequence: number; what: 'missing' | 'changed' | 'head_not_found' } | null
}

interface Row {
  sequence: string
  record: AuditRecord
  hash: string
  salt: Buffer | null
  text: string | null
}

/**
 * Goes through the whole audit log. An entry that was edited, or changed places, does not give its hash; one that was deleted
 * leaves a gap. A reason may have been erased with its person, but not changed. What was cut off at the end is found by a head from before.
 * @param head of an earlier verification, which must be among the hashes
 */
export async function verifyChain(em: EntityManager, head: string | null): Promise<Verification> {
  let [entries, last, isHeadFound] = [0, noHash, head === null]
  for (;;) {
    const rows = await query<Row>(
      em,
      `select e.sequence, e.record, e.hash, r.salt, r.text from audit_entry e left join audit_reason r on r.sequence = e.sequence
        where e.sequence > $1 order by e.sequence limit ${pageSize}`,
      [entries],
    )
    for (const { sequence, record, hash, salt, text } of rows) {
      const expected = entries + 1
      if (Number(sequence) !== expected) {
        return { entries, head: last, fault: { sequence: expected, what: 'missing' } }
      }
      const isReasonRight = salt === null || text === null || hashReason(salt, text) === record.reasonHash
      if (hash !== hashEntry(last, expected, record) || !isReasonRight) {
        return { entries, head: last, fault: { sequence: expected, what: 'changed' } }
      }
      entries = expected
      last = hash
      isHeadFound ||= hash === head
    }
    if (rows.length < pageSize) break
  }
  return { entries, head: last, fault: isHeadFound ? null : { sequence: entries + 1, what: 'head_not_found' } }
}
