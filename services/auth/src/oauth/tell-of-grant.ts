import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'
import type { FoundClient } from './client.ts'
import { grantIsLive } from './grants.ts'

/** Tells somebody of an application that acts for them now and did not before, at an address that is theirs beyond question. */
export async function tellOfGrant(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { accountId, client, grantId }: { accountId: string; client: FoundClient; grantId: string },
): Promise<void> {
  if (!mail) return
  const [account] = await query<{ username: string; email: string }>(
    em,
    `select username, email from account where id = ? and email_claim_key is null
        and not exists (select from oauth_grant where account_id = account.id and client_id = ? and id <> ? and ${grantIsLive})`,
    [accountId, client.id, grantId],
  )
  if (!account) return
  const { username, email } = account
  const data = {
    username,
    application: client.name,
    developer: client.developer,
    at: mailTime(new Date()),
    link: `${mail.publicUrl}/settings/applications`,
  }
  await queueMail({ em, mail }, { template: 'application-allowed', data, accountId, recipient: email })
}
