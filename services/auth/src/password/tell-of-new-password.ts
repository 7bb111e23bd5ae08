import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'

/** Tells the owner of an account that it has another password, by an address that is theirs beyond question. */
export async function tellOfNewPassword(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  accountId: string,
): Promise<void> {
  if (!mail) return
  const [account] = await query<{ username: string; email: string }>(
    em,
    'select username, email from account where id = ? and email_claim_key is null',
    [accountId],
  )
  if (!account) return
  const data = { username: account.username, at: mailTime(new Date()) }
  await queueMail({ em, mail }, { template: 'password-changed', data, accountId, recipient: account.email })
}
