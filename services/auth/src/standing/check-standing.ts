import type { Suspension } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * That an account may be used. Who begins a session holds the account's row before, so a suspension at the same moment is seen here, or comes
 * after, and ends that session.
 * @throws Problem 403 `auth.account_suspended`, with until when and why
 */
export async function checkStanding(em: EntityManager, accountId: string): Promise<void> {
  const [standing] = await query<{ until: string | null; reason: string; actId: string }>(
    em,
    `select until, reason, act_id as "actId" from account_standing
      where account_id = ? and (state = 'banned' or (state = 'suspended' and until > now()))`,
    [accountId],
  )
  if (!standing) return
  const { reason, actId } = standing
  const until = standing.until === null ? null : new Date(standing.until).toISOString()
  const suspension: Suspension = { until, reason, actId }
  throw problem(
    403,
    'auth.account_suspended',
    `This account is suspended ${until === null ? 'for good' : `until ${until}`}.`,
    {
      members: { suspension },
    },
  )
}
