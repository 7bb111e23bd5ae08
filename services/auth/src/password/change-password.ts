import { query } from '@daguerre/kit/postgres'
import { invalid, type Problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import { checkSignInThrottle, countSignInFailure, forgetSignInFailures } from '../session/throttle-sign-in.ts'
import type { Passwords } from './passwords.ts'

/**
 * Changes the viewer's password and ends all their other sessions.
 * @throws Problem 422 `auth.current_password_wrong`, 429 `auth.too_many_attempts`, 401 `auth.session_ended`
 */
export async function changePassword(
  {
    em,
    viewer,
    passwords,
    endedSessions,
  }: {
    em: EntityManager
    viewer: Viewer
    passwords: Passwords
    endedSessions: EndedSessions
  },
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<void> {
  // Who found a signed-in device must not try passwords here faster than at the door.
  const throttle = `password of ${viewer.id}`
  await checkSignInThrottle(em, throttle)
  const [account] = await query<{ passwordHash: string; passwordVersion: number }>(
    em,
    `select password_hash as "passwordHash", password_version as "passwordVersion"
       from account join session on session.account_id = account.id
      where account.id = ? and session.id = ? and ${sessionIsLive}`,
    [viewer.id, viewer.sessionId],
  )
  if (!account) throw sessionEnded()
  if (!(await passwords.verify(account.passwordHash, currentPassword)).right) {
    await countSignInFailure(em, throttle)
    throw currentPasswordWrong()
  }
  const passwordHash = await passwords.hash(newPassword)
  const changed = await em.transactional(async (tx) => {
    const [row] = await query(
      tx,
      `update account set password_hash = ?, password_version = password_version + 1
        where id = ? and password_version = ? returning id`,
      [passwordHash, viewer.id, account.passwordVersion],
    )
    if (!row) return false
    const live = await lockSessions(tx, viewer)
    const others = live.filter((id) => id !== viewer.sessionId)
    await endLockedSessions({ em: tx, endedSessions }, others, 'password_changed')
    return true
  })
  // Of two changes at once the second no longer knows the current password.
  if (!changed) throw currentPasswordWrong()
  await forgetSignInFailures(em, throttle)
}

function currentPasswordWrong(): Problem {
  return invalid(
    [
      {
        pointer: '#/currentPassword',
        code: 'auth.current_password_wrong',
        detail: 'is not the password of this account',
      },
    ],
    'auth.current_password_wrong',
    'The current password is not right.',
  )
}
