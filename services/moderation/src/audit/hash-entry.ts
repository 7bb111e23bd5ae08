import { createHash } from 'node:crypto'

/** What an entry says, for good: ids, and neither names nor words. */
export interface AuditRecord {
  at: string
  /** Who did it; null: it came by itself. */
  actorId: string | null
  action: string
  subject: { kind: string; id: string }
  /** Of the reason, which stands beside the entry and can be erased; null if there is none. */
  reasonHash: string | null
  before: Record<string, unknown>
  after: Record<string, unknown>
}

/** What stands before the first entry. */
export const noHash = '0'.repeat(64)

/** SHA-256 of the hash before an entry, its number and its canonical JSON. */
export function hashEntry(before: string, sequence: number, record: AuditRecord): string {
  return createHash('sha256')
    .update(`${before}\n${sequence}\n${canonicalJson(record)}`)
    .digest('hex')
}

/** SHA-256 of a reason with its salt: when both are erased, nobody finds the reason by guessing. */
export function hashReason(salt: Buffer, reason: string): string {
  return createHash('sha256').update(salt).update(reason).digest('hex')
}

/** JSON of which there is one for each value: keys in order, no space (RFC 8785 for what is in an entry). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}
