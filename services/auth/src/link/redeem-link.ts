import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { LinkPurpose } from './issue-link.ts'
import { hashLinkToken } from './link-token.ts'

export interface Link {
  accountId: string
  /** The address it was sent to. */
  email: string
}

const isUsable = 'hash = ? and purpose = ? and expires_at > now()'
const columns = 'account_id as "accountId", email'

/** The link of a token, which stays as it is. @throws Problem 410 `auth.link_void` */
export async function findLink(em: EntityManager, purpose: LinkPurpose, token: string): Promise<Link> {
  const [link] = await query<Link>(em, `select ${columns} from account_link where ${isUsable}`, [
    hashLinkToken(token),
    purpose,
  ])
  if (!link) throw linkVoid()
  return link
}

/**
 * Uses a link up, in the transaction of `em`; of two at once the second finds it used. The account's row is to be locked before,
 * as by all who lock both.
 * @throws Problem 410 `auth.link_void`
 */
export async function redeemLink(em: EntityManager, purpose: LinkPurpose, token: string): Promise<void> {
  const [link] = await query(em, `delete from account_link where ${isUsable} returning 1`, [
    hashLinkToken(token),
    purpose,
  ])
  if (!link) throw linkVoid()
}

export function linkVoid(): Problem {
  return problem(410, 'auth.link_void', 'This link was used, has expired, or a newer one was sent. Ask for another.')
}
