import { query } from '@daguerre/kit/postgres'
import { invalid, type Problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { findFactors } from '../factor/find-factors.ts'
import { takeTry, useCode } from '../factor/use-code.ts'
import { useIdentity } from '../provider/identity.ts'
import type { ProviderAnswer, ProviderDesk } from '../provider/provider-desk.ts'
import { endVisit } from '../provider/provider-visit.ts'
import { type PasskeyDeps, usePasskey, verifyPasskey } from '../passkey/use-passkey.ts'
import { confirmPassword, currentPasswordWrong } from '../password/confirm-password.ts'
import type { Passwords } from '../password/passwords.ts'
import type { Proof } from './complete-sign-in.ts'
import { freshSeconds } from './require-fresh-session.ts'
import { sessionEnded, sessionIsLive } from './signed-in-session.ts'

export type OwnProof = Proof | { password: string } | { provider: ProviderAnswer; device: Buffer }

interface Account {
  passwordVersion: number
}

interface Deps extends PasskeyDeps {
  viewer: Viewer
  passwords: Passwords
  providers: ProviderDesk
}

/**
 * Opens to the viewer's session what is dangerous (`requireFreshSession`), for ten minutes. Where there is a second factor neither
 * password nor provider is enough: whoever found both a signed-in device and the password must not get rid of the factor.
 * A provider must have asked anew who they are since they were sent there for this.
 * @throws Problem 422 `auth.current_password_wrong`, `auth.second_factor_required`, `auth.code_wrong`, `auth.passkey_wrong`
 * @throws Problem 422 `auth.identity_wrong`, `auth.provider_answer_wrong`, `auth.provider_not_asked`, 410 `auth.visit_void`, 503 `auth.provider_away`
 * @throws Problem 429 `auth.too_many_attempts`, `auth.too_many_codes`, 401 `auth.session_ended`
 */
export async function reauthenticate(deps: Deps, proof: OwnProof): Promise<void> {
  const { em, viewer } = deps
  const check = await prepare(deps, proof)
  await em.transactional(async (tx) => {
    // Before its factors and its session, as whoever changes them does: else both wait for each other.
    const [account] = await query<Account>(
      tx,
      'select password_version as "passwordVersion" from account where id = ? for share',
      [viewer.id],
    )
    if (!account) throw sessionEnded()
    await check(tx, account)
    const [session] = await query(
      tx,
      `update session set fresh_until = now() + make_interval(secs => ?), second_factor = second_factor or ?
        where id = ? and account_id = ? and ${sessionIsLive} returning 1`,
      [freshSeconds, 'code' in proof || 'passkey' in proof, viewer.sessionId, viewer.id],
    )
    if (!session) throw sessionEnded()
  })
}

/** Does what needs no transaction, or must outlive it, and gives what is left to be done in it. */
async function prepare(
  { viewer, passwords, providers, ...deps }: Deps,
  proof: OwnProof,
): Promise<(tx: EntityManager, account: Account) => Promise<void>> {
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
  if ('provider' in proof) {
    const { provider: answer, device } = proof
    const visit = { purpose: 'reauthenticate', device, sessionId: viewer.sessionId } as const
    const arrival = await endVisit({ em, providers }, answer, visit)
    return async (tx) => {
      if (!(await useIdentity(tx, { ...arrival, accountId }))) throw identityWrong()
      await requireNoFactor(tx, accountId, 'provider')
    }
  }
  const version = await confirmPassword({ em, viewer, passwords }, proof.password, 'password')
  return async (tx, { passwordVersion }) => {
    if (passwordVersion !== version) throw currentPasswordWrong('password')
    await requireNoFactor(tx, accountId, 'password')
  }
}

async function requireNoFactor(tx: EntityManager, accountId: string, given: 'password' | 'provider'): Promise<void> {
  if ((await findFactors(tx, accountId)).length === 0) return
  throw invalid(
    [{ pointer: `#/${given}`, code: 'auth.second_factor_required', detail: 'is not enough for this account' }],
    'auth.second_factor_required',
    'This account has a second factor: say who you are by that.',
  )
}

function identityWrong(): Problem {
  return invalid(
    [{ pointer: '#/provider', code: 'auth.identity_wrong', detail: 'says that you are somebody else' }],
    'auth.identity_wrong',
    'There you are somebody whom this account does not know.',
  )
}
