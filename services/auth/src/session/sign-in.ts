import type { SignedIn } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountRow, accountColumns, emailKey } from '../account/account.ts'
import type { Passwords } from '../password/passwords.ts'
import { type SessionDeps, startSession } from './start-session.ts'
import { checkSignInThrottle, countSignInFailure, forgetSignInFailures } from './throttle-sign-in.ts'

export interface SignInDeps extends SessionDeps {
  em: EntityManager
  /** An EntityManager outside of the caller's transaction: a wrong password is counted although it is refused. */
  forkEm: () => EntityManager
  passwords: Passwords
  log: Logger
}

/**
 * Begins a session for who knows the password. `login` is an e-mail address or a username.
 * @throws Problem 401 `auth.credentials_wrong`, the same and after the same work whether the account exists or not
 * @throws Problem 429 `auth.too_many_attempts`
 */
export async function signIn(
  { em, forkEm, passwords, log, ...sessionDeps }: SignInDeps,
  { login, password, userAgent }: { login: string; password: string; userAgent: string | null },
): Promise<SignedIn> {
  const byEmail = login.includes('@')
  const name = byEmail ? emailKey(login) : login.normalize('NFKC').toLowerCase()
  await checkSignInThrottle(em, name)
  const [account] = await query<AccountRow & { passwordHash: string; passwordVersion: number }>(
    em,
    `select ${accountColumns}, password_hash as "passwordHash", password_version as "passwordVersion"
       from account where ${byEmail ? 'email_key' : 'username'} = ?`,
    [name],
  )
  const { right, outdated } = await passwords.verify(account?.passwordHash ?? null, password)
  if (!account || !right) {
    const counted = countSignInFailure(forkEm(), name)
    // With an Idempotency-Key this request holds a connection: to wait here for a second one could block the pool.
    if (em.isInTransaction())
      counted.catch((error: unknown) => log.warn({ err: error }, 'a failed sign-in was not counted'))
    else await counted
    throw credentialsWrong()
  }
  const signedIn = await em.transactional(async (tx) => {
    // A password that was changed while it was verified does not open a session any more: the change has ended all
    // others, and this lock decides which of both comes first.
    const [same] = await query(tx, 'select 1 from account where id = ? and password_version = ? for share', [
      account.id,
      account.passwordVersion,
    ])
    return same ? startSession({ em: tx, ...sessionDeps }, { account, userAgent }) : null
  })
  if (!signedIn) throw credentialsWrong()
  await forgetSignInFailures(em, name)
  if (outdated) {
    await query(em, 'update account set password_hash = ? where id = ? and password_hash = ?', [
      await passwords.hash(password),
      account.id,
      account.passwordHash,
    ])
  }
  return signedIn
}

function credentialsWrong(): Problem {
  return problem(401, 'auth.credentials_wrong', 'There is no account with this name and password.')
}
