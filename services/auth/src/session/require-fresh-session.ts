import { query } from '@daguerre/kit/postgres'
import { forbidden } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { sessionEnded, sessionIsLive } from './signed-in-session.ts'

/** How long after signing in, or saying again who they are, somebody may do what is dangerous. */
export const freshSeconds = 600

/**
 * For what is dangerous: the viewer has lately said who they are, in this very session. Call it in the transaction that does it,
 * after the account's row is locked: the session then does not end before the commit. Clients answer by `reauthenticate`.
 * @throws Problem 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function requireFreshSession(tx: EntityManager, viewer: Viewer): Promise<void> {
  const freshness = await readFreshness(tx, viewer)
  if (freshness === 'ended') throw sessionEnded()
  if (freshness === 'stale')
    throw forbidden('auth.reauthentication_required', 'Say again who you are, then repeat this.')
}

/** The same as an answer, for those who do what is dangerous elsewhere. */
export async function readFreshness(
  tx: EntityManager,
  viewer: Pick<Viewer, 'id' | 'sessionId'>,
): Promise<'fresh' | 'stale' | 'ended'> {
  const [session] = await query<{ isFresh: boolean }>(
    tx,
    `select coalesce(fresh_until > now(), false) as "isFresh" from session
      where id = ? and account_id = ? and ${sessionIsLive} for share`,
    [viewer.sessionId, viewer.id],
  )
  if (!session) return 'ended'
  return session.isFresh ? 'fresh' : 'stale'
}
