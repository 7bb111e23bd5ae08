import type { CreatedInvitation, NewInvitation, Role } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { conflict, forbidden } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { AdmissionRules } from '../config.ts'
import { sessionEnded } from '../session/signed-in-session.ts'
import {
  hashInvitationCode,
  invitationColumns,
  type InvitationRow,
  newInvitationCode,
  presentInvitation,
} from './invitation.ts'

/** Of an admin at once. */
const mostInvitations = 500

/**
 * Makes an invitation, whose code is told this once. A member may invite so many people in all: those who came, and those whom invitations that
 * have not ended would let in.
 * @throws Problem 403 `auth.may_not_invite`, 409 `auth.invitations_used`
 */
export async function createInvitation(
  { em, viewer, rules, publicUrl }: { em: EntityManager; viewer: Viewer; rules: AdmissionRules; publicUrl: string },
  { mostUses, expiresInDays, note }: NewInvitation,
): Promise<CreatedInvitation> {
  const code = newInvitationCode()
  const row = await em.transactional(async (tx) => {
    const [account] = await query<{ role: Role }>(tx, 'select role from account where id = ? for no key update', [
      viewer.id,
    ])
    if (!account) throw sessionEnded()
    const isAdmin = account.role === 'admin'
    if (!isAdmin && rules.INVITATIONS_PER_MEMBER === 0)
      throw forbidden('auth.may_not_invite', 'Only admins invite here.')
    const [{ invitations, people }] = (await query<{ invitations: number; people: number }>(
      tx,
      `select count(*)::int as invitations, (coalesce(sum(most_uses - uses), 0)
                + (select count(*) from invited where inviter_id = ?))::int as people
         from invitation where inviter_id = ? and expires_at > now()`,
      [viewer.id, viewer.id],
    )) as [{ invitations: number; people: number }]
    const isTooMuch = isAdmin ? invitations >= mostInvitations : people + mostUses > rules.INVITATIONS_PER_MEMBER
    if (isTooMuch) {
      throw conflict(
        'auth.invitations_used',
        'You have invited as many people as you may. Take an invitation back before.',
      )
    }
    const [made] = await query<InvitationRow>(
      tx,
      `with invitation as (
         insert into invitation (id, hash, inviter_id, note, most_uses, expires_at)
         values (?, ?, ?, ?, ?, now() + make_interval(days => ?)) returning *
       )
       select ${invitationColumns} from invitation join account on account.id = inviter_id`,
      [newId(), hashInvitationCode(code), viewer.id, note, mostUses, expiresInDays],
    )
    return made!
  })
  return { ...presentInvitation(row), code, url: `${publicUrl}/register?invitation=${code}` }
}
