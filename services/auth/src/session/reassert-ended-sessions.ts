import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from './ended-sessions.ts'

const pageSize = 5000

/**
 * Says again which sessions have ended while a token of theirs may still run, those of personal tokens and of applications' grants
 * with them: what Redis missed or lost is there again.
 * @param withinSeconds how long after the end of a session its access token could still be taken
 */
export async function reassertEndedSessions({
  em,
  endedSessions,
  withinSeconds,
}: {
  em: EntityManager
  endedSessions: EndedSessions
  withinSeconds: number
}): Promise<number> {
  let after: { id: string; endedAt: string } | undefined
  let total = 0
  for (;;) {
    const rows: { id: string; endedAt: string }[] = await query(
      em,
      `select id, ended_at::text as "endedAt"
         from (select id, ended_at from session union all select id, revoked_at from personal_token
               union all select id, ended_at from oauth_grant) as ended
        where ended_at > now() - make_interval(secs => ?) ${after ? 'and (ended_at, id) < (?::timestamptz, ?)' : ''}
        order by ended_at desc, id desc limit ${pageSize}`,
      [withinSeconds, ...(after ? [after.endedAt, after.id] : [])],
    )
    if (rows.length > 0 && !(await endedSessions.mark(rows.map((row) => row.id)))) return total
    total += rows.length
    after = rows.at(-1)
    if (rows.length < pageSize) return total
  }
}
