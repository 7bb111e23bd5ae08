import { createHash } from 'node:crypto'

/**
 * A UUIDv7 of that time, its 74 other bits made from what it stands for (as RFC 9562 §6.2 lets them): the same thing has the same id whenever it is
 * brought, and takes its place among others by its time.
 */
export function deriveId(time: Date, ...parts: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  bytes.writeUIntBE(time.getTime(), 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
