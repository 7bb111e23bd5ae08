import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { emailKey } from '../account/account.ts'
import { settleAddress } from '../account/settle-address.ts'
import { dropFactors } from '../factor/drop-factors.ts'
import { findLink, linkVoid } from '../link/redeem-link.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { shutOutPrograms } from '../oauth/end-grants.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import { forgetStrangers } from '../session/throttle-sign-in.ts'
import type { Passwords } from './passwords.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { tellOfNewPassword } from './tell-of-new-password.ts'

/**
 * Gives the account of a link another password and ends all its sessions. The link also proves the address, and all other links
 * are void: a stranger may have begun to change the address. Of an account that had only claimed it the second factors go too, and who
 * somebody is elsewhere: whoever made it may be a stranger, who would keep a passkey or a provider.
 * @throws Problem 410 `auth.link_void`, 422 `auth.password_common`, `auth.password_personal`
 */
export async function resetPassword(
  {
    em,
    passwords,
    endedSessions,
    mail,
  }: { em: EntityManager; passwords: Passwords; endedSessions: EndedSessions; mail: MailDesk | null },
  { token, password, network }: { token: string; password: string; network: string },
): Promise<void> {
  // Before the hash, which whoever has no link must not be able to order.
  const { accountId: id, email } = await findLink(em, 'reset-password', token)
  const [owner] = await query<{ username: string }>(em, 'select username from account where id = ?', [id])
  if (!owner) throw linkVoid()
  requireGoodPassword(password, { username: owner.username, email })
  const passwordHash = await passwords.hash(password)
  await em.transactional(async (tx) => {
    const link = await settleAddress({ em: tx, mail }, { purpose: 'reset-password', token })
    if (!link) throw linkVoid()
    const { accountId } = link
    const [account] = await query<{ username: string }>(
      tx,
      `update account set password_hash = ?, password_version = password_version + 1 where id = ? returning username`,
      [passwordHash, accountId],
    )
    if (link.wasClaimed) {
      await dropFactors(tx, accountId)
      await query(tx, 'delete from identity where account_id = ?', [accountId])
    }
    await endLockedSessions({ em: tx, endedSessions }, await lockSessions(tx, accountId), 'password_changed')
    // Whoever had the account before may have made one.
    await shutOutPrograms({ em: tx, endedSessions }, accountId)
    await tellOfNewPassword({ em: tx, mail }, accountId)
    // What a stranger has tried keeps the owner waiting no longer.
    await forgetStrangers(tx, [account!.username, emailKey(link.email)], network)
  })
}
