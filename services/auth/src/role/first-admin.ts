import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { linkVoid } from '../link/redeem-link.ts'
import { sessionEnded, sessionIsLive } from '../session/signed-in-session.ts'
import { noteDecision } from '../standing/note-decision.ts'
import { hasAdmin, lockRoles } from './change-role.ts'

const prefix = 'dgr_fa_'

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/**
 * A new link by which who opens it becomes the first admin; null if there is one already. Those before it hold too, as each
 * replica says one when it starts.
 */
export async function issueFirstAdminLink(em: EntityManager, publicUrl: string): Promise<string | null> {
  return em.transactional(async (tx) => {
    await lockRoles(tx)
    if (await hasAdmin(tx)) return null
    const token = prefix + randomBytes(32).toString('base64url')
    await query(tx, 'delete from first_admin_link where expires_at < now()')
    await query(tx, "insert into first_admin_link (hash, expires_at) values (?, now() + interval '24 hours')", [
      hashOf(token),
    ])
    return `${publicUrl}/first-admin?token=${token}`
  })
}

/** Whether this is the token of such a link, which stays as it is. */
export async function firstAdminLinkIsLive(em: EntityManager, token: string): Promise<boolean> {
  if (!token.startsWith(prefix)) return false
  const [link] = await query(em, 'select 1 from first_admin_link where hash = ? and expires_at > now()', [
    hashOf(token),
  ])
  return link !== undefined
}

/**
 * Makes the viewer admin by such a link, which with all others is void from then on.
 * @throws Problem 410 `auth.link_void`, 409 `auth.admin_exists`, 401 `auth.session_ended`
 */
export async function becomeFirstAdmin(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { token }: { token: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    await lockRoles(tx)
    if (!(await firstAdminLinkIsLive(tx, token))) throw linkVoid()
    if (await hasAdmin(tx)) throw conflict('auth.admin_exists', 'There is an admin already.')
    const [before] = await query<{ role: Role }>(
      tx,
      `select role from account
        where id = ? and exists (select from session where id = ? and account_id = account.id and ${sessionIsLive}) for no key update`,
      [viewer.id, viewer.sessionId],
    )
    if (!before) throw sessionEnded()
    await query(tx, `update account set role = 'admin' where id = ?`, [viewer.id])
    await query(tx, 'delete from first_admin_link')
    const [after, about] = [{ role: 'admin' }, { actorId: viewer.id, userId: viewer.id }]
    await noteDecision(tx, { action: 'become_first_admin', ...about, reason: '', before, after })
  })
}
