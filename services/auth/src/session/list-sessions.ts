import type { Place, Session } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { sessionEnded, sessionIsLive } from './signed-in-session.ts'

/** The viewer's live sessions, newest first, from `before` on; asked for with one more than shown. */
export async function listSessions(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { before, limit }: { before: string | null; limit: number },
): Promise<Session[]> {
  const rows = await query<{
    id: string
    secondFactor: boolean
    userAgent: string | null
    place: Place | null
    createdAt: Date
    lastSeenAt: Date
  }>(
    em,
    `select id, second_factor as "secondFactor", user_agent as "userAgent", place, created_at as "createdAt", last_seen_at as "lastSeenAt"
       from session
      where account_id = ? and ${sessionIsLive} and (?::uuid is null or id < ?)
        and exists (select from session where id = ? and ${sessionIsLive})
      order by id desc limit ?`,
    [viewer.id, before, before, viewer.sessionId, limit],
  )
  if (rows.length === 0 && before === null) throw sessionEnded()
  return rows.map((row) => ({
    id: row.id,
    current: row.id === viewer.sessionId,
    secondFactor: row.secondFactor,
    userAgent: row.userAgent,
    place: row.place,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  }))
}
