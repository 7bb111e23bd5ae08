import type { Suspension } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { forbidden, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * That an account may be used. Who begins a session holds the account's row before, so a suspension at the same moment is seen here, or comes
 * after, and ends that session.
 * @throws Problem 403 `auth.account_suspended`, with until when and why, `auth.approval_pending`
 */
export async function checkStanding(em: EntityManager, accountId: string): Promise<void> {
  const [standing] = await query<{ until: string | null; reason: string; actId: string }>(
    em,
    `select until, reason, act_id as "actId" from account_standing
      where account_id = ? and (state = 'banned' or (state = 'suspended' and until > now()))`,
    [accountId],
  )
  if (!standing) return await checkApproval(em, accountId)
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

/** That it does not wait for moderators. */
async function checkApproval(em: EntityManager, accountId: string): Promise<void> {
  const [waiting] = await query<{ isConfirmed: boolean }>(
    em,
    `select email_claim_key is null as "isConfirmed" from application join account on account.id = account_id
      where account_id = ?`,
    [accountId],
  )
  if (!waiting) return
  throw forbidden(
    'auth.approval_pending',
    waiting.isConfirmed
      ? 'Moderators have not decided yet about this account.'
      : 'Confirm your e-mail address first, by the link that was sent there; then moderators look at it.',
  )
}
