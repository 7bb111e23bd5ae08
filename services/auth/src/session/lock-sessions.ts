import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import { sessionEnded } from './signed-in-session.ts'

/**
 * Locks all sessions of an account that have not ended, behind the account's row, so that two of them that end each
 * other, or one of which does what is dangerous meanwhile, wait instead of deadlocking.
 * @returns their ids
 */
export async function lockSessions(tx: EntityManager, accountId: string): Promise<string[]> {
  await lockAccount(tx, accountId)
  const rows = await query<{ id: string }>(
    tx,
    'select id from session where account_id = ? and ended_at is null order by id for update',
    [accountId],
  )
  return rows.map((row) => row.id)
}

/** The same of the viewer's. @throws Problem 401 `auth.session_ended` if the one that asks is not among them */
export async function lockOwnSessions(tx: EntityManager, viewer: Viewer): Promise<string[]> {
  const ids = await lockSessions(tx, viewer.id)
  if (!ids.includes(viewer.sessionId)) throw sessionEnded()
  return ids
}
