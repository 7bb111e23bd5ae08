import type { SignedIn } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { takeTry, useCode } from '../factor/use-code.ts'
import { type Assertion, type PasskeyDeps, usePasskey, verifyPasskey } from '../passkey/use-passkey.ts'
import { commitThenThrow } from './commit-then-throw.ts'
import { challengeVoid, findSignInChallenge, redeemSignInChallenge } from './sign-in-challenge.ts'
import { type SessionDeps, startSession } from './start-session.ts'

/** A second factor: a code of an authenticator app or a recovery code, or what a passkey has signed. */
export type Proof = { code: string } | { passkey: Assertion }

/**
 * Begins the session for which a right password was given before, by a second factor of the same account. A wrong one leaves the
 * challenge as it is.
 * @throws Problem 410 `auth.challenge_void`, also if the password was changed meanwhile; 422 `auth.code_wrong`, `auth.passkey_wrong`;
 *   429 `auth.too_many_codes`
 */
export async function completeSignIn(
  deps: PasskeyDeps & SessionDeps,
  { challenge, proof, userAgent }: { challenge: string; proof: Proof; userAgent: string | null },
): Promise<SignedIn> {
  const { em, factors, mail } = deps
  const accountId = await findSignInChallenge(em, challenge)
  const signed = 'passkey' in proof ? await verifyPasskey(deps, proof.passkey) : null
  if ('code' in proof) await takeTry(em, accountId, proof.code)
  return commitThenThrow(em, async (tx) => {
    const [account] = await query<{ id: string; passwordVersion: number }>(
      tx,
      'select id, password_version as "passwordVersion" from account where id = ? for share',
      [accountId],
    )
    const passwordVersion = await redeemSignInChallenge(tx, challenge)
    if (account?.passwordVersion !== passwordVersion) throw challengeVoid()
    if (signed) await usePasskey(tx, signed, { purpose: 'second-factor', accountId })
    if ('code' in proof) await useCode({ em: tx, factors, mail }, { accountId, code: proof.code })
    return startSession({ ...deps, em: tx }, { account, userAgent, hasSecondFactor: true })
  })
}
