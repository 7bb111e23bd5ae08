import type { EntityManager } from '@mikro-orm/postgresql'
import { issueLink } from '../link/issue-link.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { queueMail } from '../mail/queue-mail.ts'

/** Sends a link to an address that proves it to be the account's; the one before is void. In the transaction of `em`. */
export async function askToConfirm(
  { em, mail }: { em: EntityManager; mail: MailDesk },
  { account, email }: { account: { id: string; username: string }; email: string },
): Promise<void> {
  const lifetimeSeconds = mail.confirmationSeconds
  const token = await issueLink(em, { accountId: account.id, purpose: 'confirm-address', email, lifetimeSeconds })
  await queueMail(
    { em, mail },
    {
      template: 'confirm-address',
      data: { username: account.username, link: `${mail.publicUrl}/verify-email?token=${token}` },
      accountId: account.id,
      recipient: email,
      lifetimeSeconds,
    },
  )
}
