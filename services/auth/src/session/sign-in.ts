import type { SignedIn, SignInChallenge } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { emailKey } from '../account/account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { Passwords } from '../password/passwords.ts'
import { commitThenThrow } from './commit-then-throw.ts'
import type { Origin } from './device-cookie.ts'
import { enter } from './enter.ts'
import { type Credentials, findByEmail, findByUsername } from './find-credentials.ts'
import type { SessionDeps } from './start-session.ts'
import { budgetsOf, checkSignInThrottle, countSignInFailure, forgetSignInFailures } from './throttle-sign-in.ts'

export interface SignInDeps extends SessionDeps {
  em: EntityManager
  /** An EntityManager outside of the caller's transaction: a wrong password is counted although it is refused. */
  forkEm: () => EntityManager
  passwords: Passwords
  log: Logger
}

/**
 * Begins a session for who knows the password; where the account has a second factor, asks for that instead. `login` is an e-mail
 * address or a username.
 * @throws Problem 401 `auth.credentials_wrong`, the same and after the same work whether the account exists or not
 * @throws Problem 429 `auth.too_many_attempts`
 */
export async function signIn(
  { em, forkEm, passwords, log, ...sessionDeps }: SignInDeps,
  { login, password, userAgent, origin }: { login: string; password: string; userAgent: string | null; origin: Origin },
): Promise<SignedIn | SignInChallenge> {
  const byEmail = login.includes('@')
  const name = byEmail ? emailKey(login) : login.normalize('NFKC').toLowerCase()
  const budgets = await budgetsOf(em, name, origin)
  await checkSignInThrottle(em, budgets)
  const candidates = byEmail ? await candidatesByEmail(em, name, sessionDeps.mail) : [await findByUsername(em, name)]
  const verified = await Promise.all(
    candidates.map(async (account) => ({
      account,
      ...(await passwords.verify(account?.passwordHash ?? null, password)),
    })),
  )
  const { account, outdated = false } = verified.find(({ right }) => right) ?? {}
  if (!account) {
    const counted = countSignInFailure(forkEm(), budgets)
    // With an Idempotency-Key this request holds a connection: to wait here for a second one could block the pool.
    if (em.isInTransaction())
      counted.catch((error: unknown) => log.warn({ err: error }, 'a failed sign-in was not counted'))
    else await counted
    throw credentialsWrong()
  }
  // Once more: of many that came at once, a right one must not get by the wrong ones before it.
  await checkSignInThrottle(em, budgets)
  const signedIn = await commitThenThrow(em, async (tx) => {
    // A password that was changed while it was verified does not open a session any more: the change has ended all
    // others, and this lock decides which of both comes first.
    const [same] = await query(tx, 'select 1 from account where id = ? and password_version = ? for share', [
      account.id,
      account.passwordVersion,
    ])
    if (!same) return null
    return enter({ em: tx, ...sessionDeps }, { account, userAgent, device: origin.device })
  })
  if (!signedIn) throw credentialsWrong()
  // Else one could claim somebody's address, and sign in by it to be forgiven what one has tried of theirs.
  if (!byEmail || account.isSettled) await forgetSignInFailures(em, budgets)
  if (outdated) {
    await query(em, 'update account set password_hash = ? where id = ? and password_hash = ?', [
      await passwords.hash(password),
      account.id,
      account.passwordHash,
    ])
  }
  return signedIn
}

/** Always two where addresses may be claimed, so that the time does not tell how many there are; without mail nobody claims. */
async function candidatesByEmail(
  em: EntityManager,
  key: string,
  mail: MailDesk | null,
): Promise<(Credentials | null)[]> {
  const [holder, claimant] = await findByEmail(em, key)
  return mail ? [holder, claimant] : [holder ?? claimant]
}

function credentialsWrong(): Problem {
  return problem(401, 'auth.credentials_wrong', 'There is no account with this name and password.')
}
