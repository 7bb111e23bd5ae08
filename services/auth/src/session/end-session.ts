import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from './ended-sessions.ts'
import { lockOwnSessions } from './lock-sessions.ts'

interface EndSessionDeps {
  em: EntityManager
  viewer: Viewer
  endedSessions: EndedSessions
}

/** Ends the viewer's own session. @throws Problem 401 `auth.session_ended` if it is over already */
export async function signOut(deps: EndSessionDeps): Promise<void> {
  await endWhere(deps, (id) => id === deps.viewer.sessionId, 'signed_out')
}

/**
 * Ends one of the viewer's sessions. One that is over already stays so.
 * @throws Problem 404 `auth.session_not_found` if it is nobody's or somebody else's
 */
export async function endSession(deps: EndSessionDeps, { sessionId }: { sessionId: string }): Promise<void> {
  const [own] = await query(deps.em, 'select 1 from session where id = ? and account_id = ?', [
    sessionId,
    deps.viewer.id,
  ])
  if (!own) throw notFound('auth.session_not_found', 'You have no such session.')
  await endWhere(deps, (id) => id === sessionId, 'ended')
}

/** Ends all of the viewer's sessions but the one that asks. */
export async function endOtherSessions(deps: EndSessionDeps): Promise<void> {
  await endWhere(deps, (id) => id !== deps.viewer.sessionId, 'ended')
}

async function endWhere(
  { em, viewer, endedSessions }: EndSessionDeps,
  which: (sessionId: string) => boolean,
  reason: EndReason,
): Promise<void> {
  await em.transactional(async (tx) => {
    const live = await lockOwnSessions(tx, viewer)
    await endLockedSessions({ em: tx, endedSessions }, live.filter(which), reason)
  })
}

export type EndReason = 'signed_out' | 'ended' | 'password_changed' | 'role_changed'

/** Ends sessions whose rows this transaction has locked: told to Redis first, then committed by the caller. */
export async function endLockedSessions(
  { em, endedSessions }: { em: EntityManager; endedSessions: EndedSessions },
  sessionIds: readonly string[],
  reason: EndReason,
): Promise<void> {
  if (sessionIds.length === 0) return
  await query(em, 'update session set ended_at = clock_timestamp(), end_reason = ? where id = any(?)', [
    reason,
    sessionIds,
  ])
  await endedSessions.mark(sessionIds)
}
