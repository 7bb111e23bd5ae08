import { query } from '@daguerre/kit/postgres'
import { invalid, type Problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import {
  budgetOfViewer,
  checkSignInThrottle,
  countSignInFailure,
  forgetSignInFailures,
} from '../session/throttle-sign-in.ts'
import type { Passwords } from './passwords.ts'

/**
 * Asks again for the password of who is signed in. Who has none gives none: then whatever this opens must want a fresh session (`requireProof`).
 * @param field of the body that has it
 * @returns its version, by which one sees that it was changed meanwhile
 * @throws Problem 422 `auth.current_password_wrong`, 429 `auth.too_many_attempts`, 401 `auth.session_ended`
 */
export async function confirmPassword(
  { em, viewer, passwords }: { em: EntityManager; viewer: Viewer; passwords: Passwords },
  currentPassword: string | undefined,
  field = 'currentPassword',
): Promise<number> {
  // Who found a signed-in device must not try passwords here faster than at the door.
  const throttle = budgetOfViewer(viewer.id)
  await checkSignInThrottle(em, throttle)
  const [account] = await query<{ passwordHash: string | null; passwordVersion: number }>(
    em,
    `select password_hash as "passwordHash", password_version as "passwordVersion"
       from account join session on session.account_id = account.id
      where account.id = ? and session.id = ? and ${sessionIsLive}`,
    [viewer.id, viewer.sessionId],
  )
  if (!account) throw sessionEnded()
  if (currentPassword === undefined) {
    if (account.passwordHash !== null) throw currentPasswordWrong(field)
    return account.passwordVersion
  }
  if (!(await passwords.verify(account.passwordHash, currentPassword)).right) {
    await countSignInFailure(em, throttle)
    throw currentPasswordWrong(field)
  }
  await forgetSignInFailures(em, throttle)
  return account.passwordVersion
}

export function currentPasswordWrong(field = 'currentPassword'): Problem {
  return invalid(
    [
      {
        pointer: `#/${field}`,
        code: 'auth.current_password_wrong',
        detail: 'is not the password of this account',
      },
    ],
    'auth.current_password_wrong',
    'The current password is not right.',
  )
}
