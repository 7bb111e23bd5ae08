import { conflict } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { settleAddress } from './settle-address.ts'

/**
 * Takes an address for that of the account to which its link belongs.
 * @throws Problem 410 `auth.link_void`, 409 `auth.email_taken` if it belongs to another account by now: who has the link has the
 *   address too, so that tells nothing to a stranger
 */
export async function confirmAddress(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { token }: { token: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    if (await settleAddress({ em: tx, mail }, { purpose: 'confirm-address', token })) return
    throw conflict('auth.email_taken', 'This e-mail address belongs to another account by now.')
  })
}
