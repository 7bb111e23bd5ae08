import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'

/** Tells somebody when their account is deleted, and how to keep it, by an address that is theirs beyond question. */
export async function tellOfLeaving(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  accountId: string,
  template: 'account-closing' | 'account-closing-soon',
): Promise<void> {
  if (!mail) return
  const [account] = await query<{ username: string; email: string; deletionAt: Date }>(
    em,
    `select username, email, deletion_due_at as "deletionAt" from account
      where id = ? and email_claim_key is null and deletion_due_at is not null`,
    [accountId],
  )
  if (!account) return
  const { username, email, deletionAt } = account
  const data = { username, at: mailTime(deletionAt), link: `${mail.publicUrl}/login` }
  await queueMail({ em, mail }, { template, data, accountId, recipient: email })
}
