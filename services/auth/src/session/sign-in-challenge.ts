import { createHash, randomBytes } from 'node:crypto'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

// The prefix lets secret scanners find a token that was published by mistake.
const prefix = 'dgr_sc_'

/** How long a sign-in waits for its second factor. */
export const challengeSeconds = 300

/** The token of a sign-in whose password was right and that waits for a second factor. */
export async function issueSignInChallenge(
  em: EntityManager,
  { accountId, passwordVersion }: { accountId: string; passwordVersion: number },
): Promise<string> {
  const token = prefix + randomBytes(32).toString('base64url')
  await query(
    em,
    `insert into sign_in_challenge (hash, account_id, password_version, expires_at)
     values (?, ?, ?, now() + make_interval(secs => ?))`,
    [hashOf(token), accountId, passwordVersion, challengeSeconds],
  )
  return token
}

const isUsable = 'hash = ? and expires_at > now()'

/** Whose sign-in waits. @throws Problem 410 `auth.challenge_void` */
export async function findSignInChallenge(em: EntityManager, token: string): Promise<string> {
  const [row] = await query<{ accountId: string }>(
    em,
    `select account_id as "accountId" from sign_in_challenge where ${isUsable}`,
    [hashOf(token)],
  )
  if (!row) throw challengeVoid()
  return row.accountId
}

/**
 * Uses the challenge up, in the transaction of `em`; of two at once the second finds it used.
 * @returns the version of the password that was right
 * @throws Problem 410 `auth.challenge_void`
 */
export async function redeemSignInChallenge(em: EntityManager, token: string): Promise<number> {
  const [row] = await query<{ passwordVersion: number }>(
    em,
    `delete from sign_in_challenge where ${isUsable} returning password_version as "passwordVersion"`,
    [hashOf(token)],
  )
  if (!row) throw challengeVoid()
  return row.passwordVersion
}

export function challengeVoid(): Problem {
  return problem(410, 'auth.challenge_void', 'This sign-in has taken too long, or is over. Begin again.')
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
