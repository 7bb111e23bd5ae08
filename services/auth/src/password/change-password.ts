import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { requireProof } from '../factor/require-proof.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockOwnSessions } from '../session/lock-sessions.ts'
import { confirmPassword, currentPasswordWrong } from './confirm-password.ts'
import type { Passwords } from './passwords.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { tellOfNewPassword } from './tell-of-new-password.ts'

/**
 * Changes the viewer's password and ends all their other sessions.
 * @throws Problem 422 `auth.password_common`, `auth.password_personal`, `auth.current_password_wrong`, 429 `auth.too_many_attempts`, 401 `auth.session_ended`, 403
 *   `auth.reauthentication_required` where there is a second factor or no password
 */
export async function changePassword(
  {
    em,
    viewer,
    passwords,
    endedSessions,
    mail,
  }: {
    em: EntityManager
    viewer: Viewer
    passwords: Passwords
    endedSessions: EndedSessions
    mail: MailDesk | null
  },
  { currentPassword, newPassword }: { currentPassword?: string | undefined; newPassword: string },
): Promise<void> {
  const version = await confirmPassword({ em, viewer, passwords }, currentPassword)
  const [account] = await query<{ username: string; email: string }>(
    em,
    'select username, email from account where id = ?',
    [viewer.id],
  )
  requireGoodPassword(newPassword, account!, 'newPassword')
  const passwordHash = await passwords.hash(newPassword)
  const changed = await em.transactional(async (tx) => {
    const [row] = await query(
      tx,
      `update account set password_hash = ?, password_version = password_version + 1
        where id = ? and password_version = ? returning id`,
      [passwordHash, viewer.id, version],
    )
    if (!row) return false
    await requireProof(tx, viewer, { currentPassword })
    const live = await lockOwnSessions(tx, viewer)
    const others = live.filter((id) => id !== viewer.sessionId)
    await endLockedSessions({ em: tx, endedSessions }, others, 'password_changed')
    await tellOfNewPassword({ em: tx, mail }, viewer.id)
    return true
  })
  // Of two changes at once the second no longer knows the current password.
  if (!changed) throw currentPasswordWrong()
}
