import type { Invitation } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { invitationColumns, type InvitationRow, presentInvitation } from './invitation.ts'

/** Of the viewer, or of everybody if the viewer is admin. */
export const isForViewer = `(inviter_id = ? or exists (select from account as viewer where viewer.id = ? and viewer.role = 'admin'))`

/** Invitations that have not ended, the newest first, from `before` on; asked for with one more than shown. */
export async function listInvitations(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { before, limit }: { before: string | null; limit: number },
): Promise<Invitation[]> {
  const rows = await query<InvitationRow>(
    em,
    `select ${invitationColumns} from invitation join account on account.id = inviter_id
      where ${isForViewer} and expires_at > now() and (?::uuid is null or invitation.id < ?)
      order by invitation.id desc limit ?`,
    [viewer.id, viewer.id, before, before, limit],
  )
  return rows.map(presentInvitation)
}
