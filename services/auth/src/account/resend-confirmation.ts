import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type MailDesk, requireMail } from '../mail/mail-desk.ts'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import { askToConfirm } from './ask-to-confirm.ts'

/**
 * Sends the link again to the address that the viewer is to confirm: a new one if they asked for one, else their own.
 * Nothing is sent if there is nothing to confirm.
 * @throws Problem 401 `auth.session_ended`, 404 `auth.mail_off`
 */
export async function resendConfirmation({
  em,
  viewer,
  mail,
}: {
  em: EntityManager
  viewer: Viewer
  mail: MailDesk | null
}): Promise<void> {
  const desk = requireMail(mail)
  await em.transactional(async (tx) => {
    // A reset that is in work voids links and ends sessions: what it leaves is looked at after it.
    await query(tx, 'select 1 from account where id = ? for share', [viewer.id])
    const [account] = await query<{ id: string; username: string; email: string | null }>(
      tx,
      `select account.id, account.username,
              coalesce(link.email, case when account.email_verified_at is null then account.email end) as email
         from account join session on session.account_id = account.id
         left join account_link link
           on link.account_id = account.id and link.purpose = 'confirm-address' and link.expires_at > now()
        where account.id = ? and session.id = ? and ${sessionIsLive}`,
      [viewer.id, viewer.sessionId],
    )
    if (!account) throw sessionEnded()
    if (account.email !== null) await askToConfirm({ em: tx, mail: desk }, { account, email: account.email })
  })
}
