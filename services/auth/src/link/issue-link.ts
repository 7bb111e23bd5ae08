import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { hashLinkToken, newLinkToken } from './link-token.ts'

export type LinkPurpose = 'confirm-address' | 'reset-password'

/** Life of a link by which a new password is chosen. */
export const resetSeconds = 30 * 60

/** The token of a new link of an account; the one before it with the same purpose is void from then on. */
export async function issueLink(
  em: EntityManager,
  {
    accountId,
    purpose,
    email,
    lifetimeSeconds,
  }: { accountId: string; purpose: LinkPurpose; email: string; lifetimeSeconds: number },
): Promise<string> {
  const token = newLinkToken()
  await query(
    em,
    `insert into account_link (account_id, purpose, hash, email, expires_at)
     values (?, ?, ?, ?, now() + make_interval(secs => ?))
     on conflict (account_id, purpose) do update
       set hash = excluded.hash, email = excluded.email, created_at = now(), expires_at = excluded.expires_at`,
    [accountId, purpose, hashLinkToken(token), email, lifetimeSeconds],
  )
  return token
}
