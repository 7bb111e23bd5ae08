import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'
import type { FactorChange } from '../mail/templates/factor-changed.ts'

/** Tells the owner of an account what has become of its second factors, by an address that is theirs beyond question. */
export async function tellOfFactor(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { accountId, change, name = '' }: { accountId: string; change: FactorChange; name?: string },
): Promise<void> {
  if (!mail) return
  const [account] = await query<{ username: string; email: string }>(
    em,
    'select username, email from account where id = ? and email_claim_key is null',
    [accountId],
  )
  if (!account) return
  const data = { username: account.username, change, name, at: mailTime(new Date()) }
  await queueMail({ em, mail }, { template: 'factor-changed', data, accountId, recipient: account.email })
}
