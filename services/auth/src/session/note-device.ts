import type { Place } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'
import { deviceOf } from './device-of.ts'
import { nameOfPlace } from './places.ts'

/**
 * Remembers what an account is used with, in the transaction of `em`, and tells its owner of what was not used before: by mail, to
 * an address that is theirs beyond question. The first one is news to nobody.
 */
export async function noteDevice(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { accountId, userAgent, place }: { accountId: string; userAgent: string | null; place: Place | null },
): Promise<void> {
  const device = deviceOf(userAgent)
  const [account] = await query<{ username: string; email: string; isSettled: boolean; hasDevices: boolean }>(
    em,
    `select username, email, email_claim_key is null as "isSettled",
            exists (select from known_device where account_id = account.id) as "hasDevices"
       from account where id = ?`,
    [accountId],
  )
  const [noted] = await query<{ isNew: boolean }>(
    em,
    `insert into known_device (account_id, device) values (?, ?)
     on conflict (account_id, device) do update set last_seen_at = now() returning (xmax = 0) as "isNew"`,
    [accountId, device],
  )
  if (!mail || !account?.isSettled || !account.hasDevices || !noted?.isNew) return
  const where = place && nameOfPlace(place)
  const data = { username: account.username, device, place: where, at: mailTime(new Date()) }
  await queueMail({ em, mail }, { template: 'new-sign-in', data, accountId, recipient: account.email })
}
