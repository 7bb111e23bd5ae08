import type { Suspension } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { forbidden, type Problem, problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

const inForce = "(state = 'banned' or (state = 'suspended' and until > now()))"

/**
 * Why an account may not be used, if so. Who begins a session holds the account's row before, so a suspension at the same moment is seen here, or comes
 * after, and ends that session.
 * @param exportToken of a suspension by this act: for who has just proved that the account is theirs
 * @returns Problem 403 `auth.account_suspended`, with until when and why, `auth.approval_pending`
 */
export async function checkStanding(
  em: EntityManager,
  accountId: string,
  exportToken?: (actId: string) => Promise<string>,
): Promise<Problem | null> {
  const [standing] = await query<{ until: string | null; reason: string; actId: string }>(
    em,
    `select until, reason, act_id as "actId" from account_standing where account_id = ? and ${inForce}`,
    [accountId],
  )
  if (!standing) return await checkApproval(em, accountId)
  const { reason, actId } = standing
  const until = standing.until === null ? null : new Date(standing.until).toISOString()
  const token = await exportToken?.(actId)
  const suspension: Suspension = { until, reason, actId, ...(token !== undefined && { exportToken: token }) }
  return problem(
    403,
    'auth.account_suspended',
    `This account is suspended ${until === null ? 'for good' : `until ${until}`}.`,
    {
      members: { suspension },
    },
  )
}

/** Whether an account is suspended by this act, which stands for the session in which its owner takes along what is theirs. */
export async function isSuspendedBy(em: EntityManager, accountId: string, actId: string): Promise<boolean> {
  const found = await query(em, `select 1 from account_standing where account_id = ? and act_id = ? and ${inForce}`, [
    accountId,
    actId,
  ])
  return found.length > 0
}

/** That it does not wait for moderators. */
async function checkApproval(em: EntityManager, accountId: string): Promise<Problem | null> {
  const [waiting] = await query<{ isConfirmed: boolean }>(
    em,
    `select email_claim_key is null as "isConfirmed" from application join account on account.id = account_id
      where account_id = ?`,
    [accountId],
  )
  if (!waiting) return null
  return forbidden(
    'auth.approval_pending',
    waiting.isConfirmed
      ? 'Moderators have not decided yet about this account.'
      : 'Confirm your e-mail address first, by the link that was sent there; then moderators look at it.',
  )
}
