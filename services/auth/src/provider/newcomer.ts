import { createHash, randomBytes } from 'node:crypto'
import type { Newcomer } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { suggestUsername } from '../account/suggest-username.ts'
import type { Arrival } from './provider-desk.ts'

/** How long somebody may take to choose a username. */
const lifetimeSeconds = 900

/** Remembers who has come from a provider and has no account, until they have chosen a username in the same browser. */
export async function noteNewcomer(em: EntityManager, arrival: Arrival, device: Buffer): Promise<Newcomer> {
  const token = `dgr_nc_${randomBytes(32).toString('base64url')}`
  const { provider, issuer, subject, email, emailVerified, name } = arrival
  await query(
    em,
    `insert into newcomer (hash, device, provider, issuer, subject, label, email, email_verified, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))`,
    [hashOf(token), device, provider, issuer, subject, email ?? name, email, emailVerified, lifetimeSeconds],
  )
  const suggestedUsername = await suggestUsername(em, name ?? email ?? '')
  return { newcomer: token, suggestedUsername, email, emailVerified, expiresIn: lifetimeSeconds }
}

export type KnownNewcomer = Pick<Arrival, 'provider' | 'issuer' | 'subject' | 'email' | 'emailVerified'> & {
  label: string | null
}

/**
 * Uses it up, in the transaction of `em`, with all others of the same person; of two at once the second finds it used.
 * @throws Problem 410 `auth.newcomer_void`
 */
export async function redeemNewcomer(em: EntityManager, token: string, device: Buffer): Promise<KnownNewcomer> {
  const [newcomer] = await query<KnownNewcomer>(
    em,
    `delete from newcomer where hash = ? and device = ? and expires_at > now()
     returning provider, issuer, subject, label, email, email_verified as "emailVerified"`,
    [hashOf(token), device],
  )
  if (!newcomer) {
    throw problem(410, 'auth.newcomer_void', 'This has taken too long, was begun elsewhere, or is over. Begin again.')
  }
  await query(em, 'delete from newcomer where issuer = ? and subject = ?', [newcomer.issuer, newcomer.subject])
  return newcomer
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
