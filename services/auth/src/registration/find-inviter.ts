import type { InvitedBy, Named } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

const shown = 100

/** Who invited somebody, and whom they invited. @throws Problem 404 `auth.account_not_found` */
export async function findInviter({ em }: { em: EntityManager }, id: string): Promise<InvitedBy> {
  const [account] = await query<{ invited: boolean; inviterId: string | null; inviterName: string | null }>(
    em,
    `select invited.account_id is not null as invited, inviter.id as "inviterId", inviter.username as "inviterName"
       from account left join invited on invited.account_id = account.id
       left join account as inviter on inviter.id = invited.inviter_id
      where account.id = ?`,
    [id],
  )
  if (!account) throw notFound('auth.account_not_found', 'There is no such account.')
  const { invited, inviterId, inviterName } = account
  const others = await query<Named>(
    em,
    `select account.id, account.username from invited join account on account.id = account_id
      where inviter_id = ? order by at desc limit ${shown}`,
    [id],
  )
  return { invited, inviter: inviterId === null ? null : { id: inviterId, username: inviterName ?? '' }, others }
}
