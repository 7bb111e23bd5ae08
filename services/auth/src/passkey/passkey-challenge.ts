import { createHash, randomBytes } from 'node:crypto'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

export type PasskeyPurpose = 'add' | 'sign-in' | 'second-factor' | 'reauthenticate'

/** How long somebody may take to touch what they sign with. */
const lifetimeSeconds = 300

/** A new challenge for an authenticator to sign, in base64url; `accountId` null: anybody may answer it. */
export async function issuePasskeyChallenge(
  em: EntityManager,
  { purpose, accountId }: { purpose: PasskeyPurpose; accountId: string | null },
): Promise<string> {
  const challenge = randomBytes(32).toString('base64url')
  await query(
    em,
    `insert into passkey_challenge (hash, purpose, account_id, expires_at)
     values (?, ?, ?, now() + make_interval(secs => ?))`,
    [hashOf(challenge), purpose, accountId, lifetimeSeconds],
  )
  return challenge
}

/** Uses a challenge up, in the transaction of `em`. @returns whether it was one of this purpose, for this account, and still to be had */
export async function redeemPasskeyChallenge(
  em: EntityManager,
  { challenge, purpose, accountId }: { challenge: string; purpose: PasskeyPurpose; accountId: string | null },
): Promise<boolean> {
  const [redeemed] = await query(
    em,
    `delete from passkey_challenge
      where hash = ? and purpose = ? and account_id is not distinct from ?::uuid and expires_at > now() returning 1`,
    [hashOf(challenge), purpose, accountId],
  )
  return redeemed !== undefined
}

/** Whether a challenge was neither answered nor has ended. */
export async function isPasskeyChallengeOpen(em: EntityManager, challenge: string): Promise<boolean> {
  const rows = await query(em, 'select 1 from passkey_challenge where hash = ? and expires_at > now()', [
    hashOf(challenge),
  ])
  return rows.length > 0
}

/** The challenge that a client says it has signed; null if there is none. */
export function challengeIn(clientDataJson: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString())
    const { challenge } = data as { challenge?: unknown }
    return typeof challenge === 'string' ? challenge : null
  } catch {
    return null
  }
}

function hashOf(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest()
}
