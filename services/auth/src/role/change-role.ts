import type { Role } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { revokePersonalTokens } from '../personal-token/revoke-personal-token.ts'
import { roleScopes } from '../session/access-token.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import { noteDecision } from '../standing/note-decision.ts'
import { lockAsAdmin, type RoleHolder } from './lock-as-admin.ts'

const ranks: Record<Role, number> = { member: 0, moderator: 1, admin: 2 }

/** Lets one transaction at a time decide who has which role. */
export async function lockRoles(tx: EntityManager): Promise<void> {
  await query(tx, "select pg_advisory_xact_lock(hashtextextended('roles', 0))")
}

/** Whether there is an admin, besides this account if one is named. */
export async function hasAdmin(tx: EntityManager, otherThan: string | null = null): Promise<boolean> {
  const [admin] = await query(tx, "select 1 from account where role = 'admin' and id is distinct from ? limit 1", [
    otherThan,
  ])
  return admin !== undefined
}

/**
 * Gives somebody a role. Less than before ends all their sessions, and revokes the tokens that hold what is taken; more is in
 * their next token. The audit log is told.
 * @throws Problem 404 `auth.account_not_found`, 409 `auth.last_admin`, 403 `auth.not_admin` or `auth.reauthentication_required`
 */
export async function changeRole(
  { em, viewer, endedSessions, log }: { em: EntityManager; viewer: Viewer; endedSessions: EndedSessions; log: Logger },
  { person, role, reason }: { person: string; role: Role; reason: string },
): Promise<RoleHolder> {
  const { before, holder } = await em.transactional(async (tx) => {
    await lockRoles(tx)
    const target = await lockAsAdmin(tx, viewer, person)
    const falls = ranks[role] < ranks[target.role]
    if (target.role === 'admin' && falls && !(await hasAdmin(tx, target.id))) {
      throw conflict('auth.last_admin', 'Somebody else must be admin before.')
    }
    await query(tx, 'update account set role = ? where id = ?', [role, target.id])
    if (falls) {
      const inside = { em: tx, endedSessions }
      await endLockedSessions(inside, await lockSessions(tx, target.id), 'ended')
      const lost = roleScopes[target.role].filter((scope) => !roleScopes[role].includes(scope))
      await revokePersonalTokens(inside, { accountId: target.id, holding: lost })
    }
    if (role !== target.role) {
      const [before, after] = [{ role: target.role }, { role }]
      await noteDecision(tx, { action: 'change_role', actorId: viewer.id, userId: target.id, reason, before, after })
    }
    return { before: target.role, holder: { ...target, role } }
  })
  log.info({ by: viewer.id, accountId: holder.id, before, role }, 'a role was changed')
  return holder
}
