import type { SignedIn } from '@daguerre/contracts'
import { counter } from '@daguerre/kit/metrics'
import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountRow, accountColumns, presentAccount } from '../account/account.ts'
import { checkStanding } from '../standing/check-standing.ts'
import type { EndedSessions } from './ended-sessions.ts'
import { hashRefreshToken, newRefreshToken, sealSuccessor, unsealSuccessor } from './refresh-token.ts'
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
 * Exchanges a refresh token for its successor and a new access token.
 *
 * A token is used once. When it comes again, either its answer was lost (or two tabs hurried), or it was stolen. Within
 * `graceSeconds` and as long as nobody has used the successor, it is answered with that same successor: whoever got it
 * first and whoever got it second then hold one token, so a thief is found out at the next exchange at the latest.
 * After that, or once the successor has been used (so its answer did arrive), it ends the session.
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
  const hash = hashRefreshToken(refreshToken)
  // The session's row is the lock: exchanges of one family, and its end, come one after the other.
  const [session] = await query<{ id: string; accountId: string; ended: boolean }>(
    em,
    `select id, account_id as "accountId", ended_at is not null as ended from session
      where id = (select session_id from refresh_token where hash = ?) for update`,
    [hash],
  )
  if (!session) return { is: 'unknown' }
  if (session.ended) return { is: 'ended', accountId: session.accountId }
  // Read only now, behind the lock: it shows what an exchange that we waited for has made of it.
  const [token] = await query<{
    expired: boolean
    used: boolean
    inGrace: boolean
    sealedSuccessor: Buffer | null
  }>(
    em,
    `select expires_at <= now() as expired, used_at is not null as used,
            coalesce(used_at > clock_timestamp() - make_interval(secs => ?), false) as "inGrace",
            sealed_successor as "sealedSuccessor"
       from refresh_token where hash = ?`,
    [graceSeconds, hash],
  )
  if (!token) return { is: 'unknown' }
  // The row is locked and not ended, so a mark in Redis is of an end that was never committed.
  if (!token.used && !token.expired) await endedSessions.clear(session.id)

  if (token.used) {
    const successor =
      token.inGrace && token.sealedSuccessor ? unsealSuccessor(refreshToken, token.sealedSuccessor) : null
    if (successor !== null) return { is: 'valid', answer: await answer(deps, session.id, successor) }
    // Even an expired one: it was stolen at some time, and what grew from it may live.
    await query(em, `update session set ended_at = clock_timestamp(), end_reason = 'token_reused' where id = ?`, [
      session.id,
    ])
    await endedSessions.mark([session.id])
    return { is: 'reused', sessionId: session.id }
  }
  if (token.expired) return { is: 'expired' }

  const successor = newRefreshToken()
  // The predecessor's answer did arrive, for here is the token that it gave: it is not handed out again.
  await query(
    em,
    'update refresh_token set sealed_successor = null where session_id = ? and sealed_successor is not null',
    [session.id],
  )
  await query(
    em,
    `with renewed as (
       update session set last_seen_at = now(), place = ?::jsonb, expires_at = now() + make_interval(secs => ?)
        where id = ? returning id, expires_at
     ), used as (
       update refresh_token set used_at = clock_timestamp(), sealed_successor = ? where hash = ?
     )
     insert into refresh_token (hash, session_id, expires_at) select ?, id, expires_at from renewed`,
    [
      place && JSON.stringify(place),
      refreshTokenSeconds,
      session.id,
      sealSuccessor(refreshToken, successor),
      hash,
      hashRefreshToken(successor),
    ],
  )
  return { is: 'valid', answer: await answer(deps, session.id, successor) }
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
