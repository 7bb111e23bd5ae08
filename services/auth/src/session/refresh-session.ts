import type { SignedIn } from '@daguerre/contracts'
import { counter } from '@daguerre/kit/metrics'
import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountRow, accountColumns, presentAccount } from '../account/account.ts'
import { checkStanding } from '../standing/check-standing.ts'
import type { EndedSessions } from './ended-sessions.ts'
import { lookAtToken, sessionFamily, succeedToken } from './rotate-token.ts'
import type { SessionDeps } from './start-session.ts'

export interface RefreshDeps extends Omit<SessionDeps, 'mail'> {
  em: EntityManager
  endedSessions: EndedSessions
  /** How long a token that was used may come again, as a retry, for the very successor that it was answered with. */
  graceSeconds: number
  log: Logger
}

type Outcome =
  | { is: 'unknown' | 'expired' }
  | { is: 'ended'; accountId: string }
  | { is: 'reused'; sessionId: string }
  | { is: 'valid'; answer: SignedIn }

/**
 * Exchanges a refresh token for its successor and a new access token (`lookAtToken`).
 * @throws Problem 401 `auth.refresh_token_invalid`, `auth.refresh_token_expired`, `auth.refresh_token_reused` or
 * `auth.session_ended`, 403 `auth.account_suspended`
 */
export async function refreshSession(deps: RefreshDeps, { refreshToken }: { refreshToken: string }): Promise<SignedIn> {
  const outcome = await deps.em.transactional((tx) => exchange({ ...deps, em: tx }, refreshToken))
  if (outcome.is === 'valid') return outcome.answer
  // A suspension has ended it: that is said, until when and why.
  if (outcome.is === 'ended') {
    const refusal = await checkStanding(deps.em, outcome.accountId)
    if (refusal) throw refusal
  }
  if (outcome.is === 'reused') {
    counter('auth_refresh_token_reuse_total', 'Refresh tokens that came again, and ended their session').inc()
    deps.log.warn({ sessionId: outcome.sessionId }, 'a used refresh token came again: its session is ended')
  }
  throw refusals[outcome.is]()
}

const refusals = {
  reused: () => problem(401, 'auth.refresh_token_reused', 'This refresh token was used before. Its session is ended.'),
  ended: () => problem(401, 'auth.session_ended', 'The session is over. Sign in again.'),
  expired: () => problem(401, 'auth.refresh_token_expired', 'The refresh token has expired. Sign in again.'),
  unknown: () => problem(401, 'auth.refresh_token_invalid', 'The refresh token is not valid.'),
}

async function exchange(deps: RefreshDeps, refreshToken: string): Promise<Outcome> {
  const { em, refreshTokenSeconds, graceSeconds, endedSessions, place } = deps
  const presented = await lookAtToken(em, sessionFamily, { token: refreshToken, graceSeconds })
  if (presented.is === 'unknown' || presented.is === 'expired') return presented
  const { ownerId: sessionId } = presented
  if (presented.is === 'ended') {
    const [session] = await query<{ accountId: string }>(
      em,
      'select account_id as "accountId" from session where id = ?',
      [sessionId],
    )
    return { is: 'ended', accountId: session!.accountId }
  }
  if (presented.is === 'reused') {
    await query(em, `update session set ended_at = clock_timestamp(), end_reason = 'token_reused' where id = ?`, [
      sessionId,
    ])
    await endedSessions.mark([sessionId])
    return { is: 'reused', sessionId }
  }
  if (presented.successor !== null) return { is: 'valid', answer: await answer(deps, sessionId, presented.successor) }
  // The row is locked and not ended, so a mark in Redis is of an end that was never committed.
  await endedSessions.clear(sessionId)
  const successor = await succeedToken(em, sessionFamily, {
    token: refreshToken,
    ownerId: sessionId,
    seconds: refreshTokenSeconds,
    used: { set: 'last_seen_at = now(), place = ?::jsonb', params: [place && JSON.stringify(place)] },
  })
  return { is: 'valid', answer: await answer(deps, sessionId, successor) }
}

async function answer({ em, accessTokens }: RefreshDeps, sessionId: string, refreshToken: string): Promise<SignedIn> {
  const [account] = await query<AccountRow>(
    em,
    `select ${accountColumns} from account join session on session.account_id = account.id where session.id = ?`,
    [sessionId],
  )
  if (!account) throw new Error(`session ${sessionId} has no account`)
  return {
    user: presentAccount(account),
    accessToken: await accessTokens.issue({ ...account, userId: account.id, sessionId }),
    refreshToken,
    expiresIn: accessTokens.lifetimeSeconds,
  }
}
