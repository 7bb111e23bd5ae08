import type { Role } from '@daguerre/contracts'
import { isId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { forbidden, notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { requireFreshSession } from '../session/require-fresh-session.ts'

export interface RoleHolder {
  id: string
  username: string
  role: Role
}

/**
 * Locks the account, by its id or username, about which an admin decides in this transaction.
 * @throws Problem 403 `auth.not_admin` or `auth.reauthentication_required`, 404 `auth.account_not_found`
 */
export async function lockAsAdmin(tx: EntityManager, viewer: Viewer, person: string): Promise<RoleHolder> {
  const rows = await query<RoleHolder>(
    tx,
    `select id, username, role from account where (id = any(?) or username = ?)
        and not exists (select from application where account_id = account.id) order by id for update`,
    [[viewer.id, ...(isId(person) ? [person] : [])], person],
  )
  // The token may be a second older than the end of a role.
  if (rows.find(({ id }) => id === viewer.id)?.role !== 'admin') throw forbidden('auth.not_admin')
  await requireFreshSession(tx, viewer)
  const target = rows.find(({ id, username }) => id === person || username === person)
  if (!target) throw notFound('auth.account_not_found', 'There is no such account.')
  return target
}
