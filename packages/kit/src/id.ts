import { v7 } from 'uuid'

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A new UUIDv7 (RFC 9562): sorts by time of making, and strictly rises within one process. */
export function newId(): string {
  return v7()
}

/** Whether the text is a UUID in lower case, the only form that ids have here. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && pattern.test(text)
}

/** The smallest UUIDv7 of that time: `id >= idFrom(date)` means "made at or after". */
export function idFrom(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/** When a UUIDv7 was made. */
export function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))
}
