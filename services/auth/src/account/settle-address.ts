import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { LinkPurpose } from '../link/issue-link.ts'
import { findLink, type Link, redeemLink } from '../link/redeem-link.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { mailTime } from '../mail/mail-text.ts'
import { queueMail } from '../mail/queue-mail.ts'
import { emailKey, lockAddress } from './account.ts'

interface Row {
  id: string
  username: string
  email: string
  emailKey: string | null
  claimKey: string | null
}

/**
 * Uses a link up, which proves the address it was sent to: that becomes the account's, and is taken from whoever only claimed
 * it. All other links of the account are void then. Where it takes the place of another address, that one is told. In the
 * transaction of `em`.
 * @returns the link, and whether the account had only claimed its address, so that others may have used it until now; null if the address has come to
 * belong to another account meanwhile
 * @throws Problem 410 `auth.link_void`
 */
export async function settleAddress(
  { em, mail }: { em: EntityManager; mail: MailDesk | null },
  { purpose, token }: { purpose: LinkPurpose; token: string },
): Promise<(Link & { wasClaimed: boolean }) | null> {
  const link = await findLink(em, purpose, token)
  const { accountId, email } = link
  const key = emailKey(email)
  await lockAddress(em, key)
  const rows = await query<Row>(
    em,
    `select id, username, email, email_key as "emailKey", email_claim_key as "claimKey" from account
      where id = ? or email_key = ? order by id for update`,
    [accountId, key],
  )
  await redeemLink(em, purpose, token)
  const own = rows.find(({ id }) => id === accountId)
  const other = rows.find(({ id }) => id !== accountId)
  if (!own || (other && other.claimKey === null)) return null
  if (other) await query(em, 'update account set email_key = null where id = ?', [other.id])
  await query(
    em,
    `update account set email = ?, email_key = ?, email_claim_key = null, email_verified_at = now() where id = ?`,
    [email, key, accountId],
  )
  // Those that were sent to the address before must open nothing any more.
  await query(em, 'delete from account_link where account_id = ?', [accountId])
  const wasSettled = own.claimKey === null
  if (mail && wasSettled && own.emailKey !== key) {
    const data = { username: own.username, at: mailTime(new Date()) }
    await queueMail({ em, mail }, { template: 'email-changed', data, accountId, recipient: own.email })
  }
  return { ...link, wasClaimed: !wasSettled }
}
