import type { SignedIn } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { type Assertion, type PasskeyDeps, usePasskey, verifyPasskey } from '../passkey/use-passkey.ts'
import { commitThenThrow } from './commit-then-throw.ts'
import { type SessionDeps, startSession } from './start-session.ts'

/**
 * Begins a session by a passkey alone, which has asked its owner who they are: what they have, and what they know or are.
 * @throws Problem 422 `auth.passkey_wrong`
 */
export async function signInByPasskey(
  deps: PasskeyDeps & SessionDeps,
  { passkey, userAgent }: { passkey: Assertion; userAgent: string | null },
): Promise<SignedIn> {
  const { em } = deps
  const signed = await verifyPasskey(deps, passkey)
  return commitThenThrow(em, async (tx) => {
    const { accountId: id } = signed
    // Before the passkey, as whoever removes it locks in this order.
    await query(tx, 'select 1 from account where id = ? for share', [id])
    await usePasskey(tx, signed, { purpose: 'sign-in', accountId: null })
    return startSession({ ...deps, em: tx }, { account: { id }, userAgent, hasSecondFactor: true })
  })
}
