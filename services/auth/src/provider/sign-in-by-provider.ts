import type { Newcomer, SignedIn, SignInChallenge } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { commitThenThrow } from '../session/commit-then-throw.ts'
import { enter } from '../session/enter.ts'
import type { SessionDeps } from '../session/start-session.ts'
import { findIdentity, useIdentity } from './identity.ts'
import { noteNewcomer } from './newcomer.ts'
import type { ProviderAnswer, ProviderDesk } from './provider-desk.ts'
import { endVisit, visitVoid } from './provider-visit.ts'

/**
 * Begins a session for who has come back from a provider, which takes the place of the password and of nothing else: where the account has a second
 * factor, that is asked for. Whoever has no account yet may make one. No account is found by an address, which a provider may have from anybody.
 * @throws Problem 410 `auth.visit_void`, 422 `auth.provider_answer_wrong`, 503 `auth.provider_away`, 403 `auth.account_suspended`
 */
export async function signInByProvider(
  { em, providers, ...sessionDeps }: SessionDeps & { em: EntityManager; providers: ProviderDesk },
  { answer, userAgent, device }: { answer: ProviderAnswer; userAgent: string | null; device: Buffer },
): Promise<SignedIn | SignInChallenge | Newcomer> {
  const arrival = await endVisit({ em, providers }, answer, { purpose: 'sign-in', device, sessionId: null })
  return commitThenThrow<SignedIn | SignInChallenge | Newcomer>(em, async (tx) => {
    const accountId = await findIdentity(tx, arrival)
    if (accountId === null) return noteNewcomer(tx, arrival, device)
    // Held, as by a sign-in with a password: who takes the link away, or suspends, waits or is seen.
    const [account] = await query<{ id: string; passwordVersion: number }>(
      tx,
      'select id, password_version as "passwordVersion" from account where id = ? for share',
      [accountId],
    )
    if (!account || !(await useIdentity(tx, { ...arrival, accountId }))) throw visitVoid()
    return enter({ em: tx, ...sessionDeps }, { account, userAgent, device })
  })
}
