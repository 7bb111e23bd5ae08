import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { emailKey } from '../account/account.ts'
import { type MailDesk, requireMail } from '../mail/mail-desk.ts'

/**
 * Notes that a new password is asked for. Nothing is looked up here: one insert takes the same time for every address.
 * @throws Problem 404 `auth.mail_off`
 */
export async function requestPasswordReset(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { email }: { email: string },
): Promise<void> {
  requireMail(mail)
  await query(em, 'insert into password_reset_request (id, email_key) values (?, ?)', [newId(), emailKey(email)])
}
