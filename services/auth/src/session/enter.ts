import type { SignedIn, SignInChallenge } from '@daguerre/contracts'
import type { Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { findFactors } from '../factor/find-factors.ts'
import { rememberDevice } from './known-devices.ts'
import { challengeSeconds, issueSignInChallenge } from './sign-in-challenge.ts'
import { type SessionDeps, startSession } from './start-session.ts'

/**
 * After the first factor, in the transaction of `em`, which holds the account's row: begins the session, or asks for a second factor where there
 * is one.
 * @returns Problem 403 `auth.account_suspended`, `auth.approval_pending`, as `startSession`
 */
export async function enter(
  { em, ...sessionDeps }: SessionDeps & { em: EntityManager },
  {
    account: { id: accountId, passwordVersion },
    userAgent,
    device,
  }: { account: { id: string; passwordVersion: number }; userAgent: string | null; device: Buffer },
): Promise<SignedIn | SignInChallenge | Problem> {
  await rememberDevice(em, { accountId, device })
  const methods = await findFactors(em, accountId)
  if (methods.length > 0) {
    const challenge = await issueSignInChallenge(em, { accountId, passwordVersion })
    return { challenge, methods, expiresIn: challengeSeconds }
  }
  return startSession({ em, ...sessionDeps }, { account: { id: accountId }, userAgent })
}
