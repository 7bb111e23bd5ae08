import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKeys, type Secrets } from '@daguerre/kit/secret'

/** A way to an export without a token, as browsers download: who has it may, until it ends, or the session in which it was made. */
export type Ticket = { session: string; until: string; signature: string }

/** @param until seconds since 1970 */
export function signTicket(secrets: Secrets, exportId: string, session: string, until: number): Ticket {
  const said = { session, until: String(until) }
  return { ...said, signature: mac(keysOf(secrets)[0], exportId, said).toString('base64url') }
}

export function isTicketGood(secrets: Secrets, exportId: string, { signature, ...said }: Ticket, now: Date): boolean {
  const given = Buffer.from(signature, 'base64url')
  const isSigned = keysOf(secrets).some((key) => {
    const wanted = mac(key, exportId, said)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  })
  return isSigned && Number(said.until) * 1000 > now.getTime()
}

function keysOf(secrets: Secrets) {
  return deriveKeys(secrets, 'daguerre/export-ticket')
}

function mac(key: Buffer, exportId: string, { session, until }: Omit<Ticket, 'signature'>): Buffer {
  return createHmac('sha256', key).update(`${exportId}\0${session}\0${until}`).digest()
}
