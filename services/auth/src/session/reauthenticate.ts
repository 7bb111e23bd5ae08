import { query } from '@daguerre/kit/postgres'
import { invalid } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { findFactors } from '../factor/find-factors.ts'
import { takeTry, useCode } from '../factor/use-code.ts'
import { type PasskeyDeps, usePasskey, verifyPasskey } from '../passkey/use-passkey.ts'
import { confirmPassword, currentPasswordWrong } from '../password/confirm-password.ts'
import type { Passwords } from '../password/passwords.ts'
import type { Proof } from './complete-sign-in.ts'
import { freshSeconds } from './require-fresh-session.ts'
import { sessionEnded, sessionIsLive } from './signed-in-session.ts'

/**
 * Opens to the viewer's session what is dangerous (`requireFreshSession`), for ten minutes. Where there is a second factor the
 * password is not enough: whoever found both a signed-in device and the password must not get rid of the factor.
 * @throws Problem 422 `auth.current_password_wrong`, `auth.second_factor_required`, `auth.code_wrong`, `auth.passkey_wrong`
 * @throws Problem 429 `auth.too_many_attempts`, `auth.too_many_codes`, 401 `auth.session_ended`
 */
export async function reauthenticate(
  deps: PasskeyDeps & { viewer: Viewer; passwords: Passwords },
  proof: Proof | { password: string },
): Promise<void> {
  const { em, viewer } = deps
  const check = await prepare(deps, proof)
  await em.transactional(async (tx) => {
    await check(tx)
    const [session] = await query(
      tx,
      `update session set fresh_until = now() + make_interval(secs => ?), second_factor = second_factor or ?
        where id = ? and account_id = ? and ${sessionIsLive} returning 1`,
      [freshSeconds, !('password' in proof), viewer.sessionId, viewer.id],
    )
    if (!session) throw sessionEnded()
  })
}

/** Does what needs no transaction, or must outlive it, and gives what is left to be done in it. */
async function prepare(
  { viewer, passwords, ...deps }: PasskeyDeps & { viewer: Viewer; passwords: Passwords },
  proof: Proof | { password: string },
): Promise<(tx: EntityManager) => Promise<void>> {
  const { em, factors, mail } = deps
  const accountId = viewer.id
  if ('passkey' in proof) {
    const signed = await verifyPasskey(deps, proof.passkey)
    return (tx) => usePasskey(tx, signed, { purpose: 'reauthenticate', accountId })
  }
  if ('code' in proof) {
    await takeTry(em, accountId, proof.code)
    return (tx) => useCode({ em: tx, factors, mail }, { accountId, code: proof.code })
  }
  const version = await confirmPassword({ em, viewer, passwords }, proof.password, 'password')
  return async (tx) => {
    const [same] = await query(tx, 'select 1 from account where id = ? and password_version = ? for share', [
      accountId,
      version,
    ])
    if (!same) throw currentPasswordWrong('password')
    if ((await findFactors(tx, accountId)).length === 0) return
    throw invalid(
      [{ pointer: '#/password', code: 'auth.second_factor_required', detail: 'is not enough for this account' }],
      'auth.second_factor_required',
      'This account has a second factor: say who you are by that.',
    )
  }
}
