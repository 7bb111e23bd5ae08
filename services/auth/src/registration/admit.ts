import { query } from '@daguerre/kit/postgres'
import { forbidden, problem, type Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { AdmissionRules } from '../config.ts'
import { firstAdminLinkIsLive } from '../role/first-admin.ts'
import { hashInvitationCode } from './invitation.ts'

/** How somebody wants to come in. */
export interface Entry {
  /** Code of an invitation. */
  invitation?: string | undefined
  /** What moderators should know. */
  application?: string | undefined
}

/**
 * That somebody may make an account by this entry, before anything is made; what decides is `admit`.
 * @throws Problem 403 `auth.invitation_required`, 410 `auth.invitation_void`
 */
export async function checkEntry(em: EntityManager, rules: AdmissionRules, { invitation }: Entry): Promise<void> {
  if (invitation === undefined) {
    if (rules.REGISTRATION !== 'invitation') return
    throw forbidden('auth.invitation_required', 'Accounts are made here by invitation. Ask somebody for a code.')
  }
  if (await firstAdminLinkIsLive(em, invitation)) return
  if (!(await findUsable(em, rules, invitation))) throw invitationVoid()
}

/**
 * Lets an account that was just made in, in the transaction of `em`: uses its invitation up, of two at once one, or has it wait for moderators. The link
 * for the first admin counts as an invitation, or nobody could begin.
 * @returns whether it waits
 * @throws Problem 403 `auth.invitation_required`, 410 `auth.invitation_void`
 */
export async function admit(
  em: EntityManager,
  rules: AdmissionRules,
  accountId: string,
  { invitation, application = '' }: Entry,
): Promise<boolean> {
  if (invitation === undefined) {
    await checkEntry(em, rules, {})
    if (rules.REGISTRATION === 'open') return false
    await query(em, 'insert into application (account_id, text) values (?, ?)', [accountId, application])
    return true
  }
  if (await firstAdminLinkIsLive(em, invitation)) return false
  // The inviter's row first, as by whoever deletes it with its invitations.
  const found = await findUsable(em, rules, invitation, 'for key share of account')
  const [used] = await query(
    em,
    'update invitation set uses = uses + 1 where id = ? and uses < most_uses returning 1 as one',
    [found?.id ?? null],
  )
  if (!found || !used) throw invitationVoid()
  await query(em, 'insert into invited (account_id, inviter_id) values (?, ?)', [accountId, found.inviterId])
  return false
}

/** An invitation that is good now: its inviter may still invite, and is neither suspended nor leaving. */
async function findUsable(
  em: EntityManager,
  { INVITATIONS_PER_MEMBER }: AdmissionRules,
  code: string,
  lock = '',
): Promise<{ id: string; inviterId: string } | null> {
  const [found] = await query<{ id: string; inviterId: string }>(
    em,
    `select invitation.id, inviter_id as "inviterId" from invitation join account on account.id = inviter_id
      where hash = ? and uses < most_uses and expires_at > now() and deletion_due_at is null
        and (account.role = 'admin' or ?::int > 0)
        and not exists (select from account_standing where account_id = inviter_id
                          and (state = 'banned' or (state = 'suspended' and until > now()))) ${lock}`,
    [hashInvitationCode(code), INVITATIONS_PER_MEMBER],
  )
  return found ?? null
}

function invitationVoid(): Problem {
  return problem(410, 'auth.invitation_void', 'This invitation was used, has expired, or was taken back.')
}
