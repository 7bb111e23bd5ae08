import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { seal } from '../seal.ts'
import type { MailDesk } from './mail-desk.ts'
import type { MailData, TemplateName } from './render-mail.ts'

const patienceSeconds = 3 * 86_400

/**
 * Writes a mail in the transaction of what causes it; a job sends it.
 * @param accountId with which it goes; null: of somebody who has none
 * @param lifetimeSeconds after which it is not worth sending any more, three days at most
 */
export async function queueMail<Name extends TemplateName>(
  { em, mail }: { em: EntityManager; mail: MailDesk },
  {
    template,
    data,
    accountId,
    recipient,
    lifetimeSeconds = patienceSeconds,
  }: { template: Name; data: MailData<Name>; accountId: string | null; recipient: string; lifetimeSeconds?: number },
): Promise<void> {
  const id = newId()
  await query(
    em,
    `insert into mail_job (id, template, account_id, recipient, sealed, expires_at)
     values (?, ?, ?, ?, ?, now() + make_interval(secs => ?))`,
    [
      id,
      template,
      accountId,
      recipient,
      seal(mail.sealingKeys[0], JSON.stringify(data), mailContext(id)),
      Math.min(lifetimeSeconds, patienceSeconds),
    ],
  )
}

/** What binds sealed contents to their mail. */
export function mailContext(id: string): string {
  return `mail ${id}`
}
