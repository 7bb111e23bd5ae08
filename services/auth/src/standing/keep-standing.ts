import type { EventData, events } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { endGrantsOf, shutOutPrograms } from '../oauth/end-grants.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'

/**
 * Keeps the newest of what moderation tells of an account. Unless it is open, all of its sessions end, its tokens are revoked, and its applications
 * act for nobody. Of one that is
 * gone nothing is kept.
 */
export async function keepStanding(
  { em, endedSessions }: { em: EntityManager; endedSessions: EndedSessions },
  { userId, state, until, reason, actId }: EventData<typeof events.accountModerated>,
  version: number,
): Promise<void> {
  await em.transactional(async (tx) => {
    // Waits for whoever is signing in (`checkStanding`).
    const [account] = await query(tx, 'select 1 from account where id = ? for update', [userId])
    if (!account) return
    const kept = await query(
      tx,
      `insert into account_standing as s (account_id, state, until, reason, act_id, version) values (?, ?, ?, ?, ?, ?)
       on conflict (account_id) do update
          set state = excluded.state, until = excluded.until, reason = excluded.reason, act_id = excluded.act_id,
              version = excluded.version
        where excluded.version > s.version
       returning 1 as kept`,
      [userId, state, until, reason, actId, version],
    )
    if (kept.length === 0 || state === 'open') return
    const inside = { em: tx, endedSessions }
    await endLockedSessions(inside, await lockSessions(tx, userId), 'ended')
    await shutOutPrograms(inside, userId)
    await endGrantsOf(inside, { developerId: userId })
  })
}
