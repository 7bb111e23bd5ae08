import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { hashRefreshToken, newRefreshToken, sealSuccessor, unsealSuccessor } from './refresh-token.ts'

/** Tables of refresh tokens, and of what they belong to: its row has `ended_at` and `expires_at`, and is their lock. */
export interface Family {
  owner: 'session' | 'oauth_grant'
  token: 'refresh_token' | 'oauth_refresh_token'
  key: 'session_id' | 'grant_id'
}

export const sessionFamily: Family = { owner: 'session', token: 'refresh_token', key: 'session_id' }
export const grantFamily: Family = { owner: 'oauth_grant', token: 'oauth_refresh_token', key: 'grant_id' }

export type Presented =
  | { is: 'unknown' }
  | { is: 'expired' }
  | { is: 'ended'; ownerId: string }
  | { is: 'reused'; ownerId: string }
  /** `successor`: it was used a moment ago, and gets what it got then. */
  | { is: 'valid'; ownerId: string; successor: string | null }

/**
 * What a refresh token is worth, in the transaction of `em`; what it belongs to is locked from here on.
 *
 * A token is used once. When it comes again, either its answer was lost (or two tabs hurried), or it was stolen. Within
 * `graceSeconds` and as long as nobody has used the successor, it is answered with that same successor: whoever got it
 * first and whoever got it second then hold one token, so a thief is found out at the next exchange at the latest.
 * After that, or once the successor has been used (so its answer did arrive), it is `reused`, and the caller ends what it belongs to.
 */
export async function lookAtToken(
  em: EntityManager,
  { owner, token: tokens, key }: Family,
  { token, graceSeconds }: { token: string; graceSeconds: number },
): Promise<Presented> {
  const hash = hashRefreshToken(token)
  // The owner's row is the lock: exchanges of one family, and its end, come one after the other.
  const [found] = await query<{ id: string; ended: boolean }>(
    em,
    `select id, ended_at is not null as ended from ${owner}
      where id = (select ${key} from ${tokens} where hash = ?) for update`,
    [hash],
  )
  if (!found) return { is: 'unknown' }
  const { id: ownerId } = found
  if (found.ended) return { is: 'ended', ownerId }
  // Read only now, behind the lock: it shows what an exchange that we waited for has made of it.
  const [row] = await query<{ expired: boolean; used: boolean; inGrace: boolean; sealedSuccessor: Buffer | null }>(
    em,
    `select expires_at <= now() as expired, used_at is not null as used,
            coalesce(used_at > clock_timestamp() - make_interval(secs => ?), false) as "inGrace",
            sealed_successor as "sealedSuccessor"
       from ${tokens} where hash = ?`,
    [graceSeconds, hash],
  )
  if (!row) return { is: 'unknown' }
  if (row.used) {
    const successor = row.inGrace && row.sealedSuccessor ? unsealSuccessor(token, row.sealedSuccessor) : null
    // Even an expired one is reused: it was stolen at some time, and what grew from it may live.
    return successor === null ? { is: 'reused', ownerId } : { is: 'valid', ownerId, successor }
  }
  return row.expired ? { is: 'expired' } : { is: 'valid', ownerId, successor: null }
}

/**
 * Puts a successor in the place of a token that `lookAtToken` has found valid and unused, in the same transaction.
 * @param seconds life of the successor
 * @param used SQL: what else of the owner's row is set. In one statement: a row that is updated twice has its foreign keys looked at again,
 *   which would wait for an account that somebody holds who waits for this row.
 */
export async function succeedToken(
  em: EntityManager,
  { owner, token: tokens, key }: Family,
  {
    token,
    ownerId,
    seconds,
    used: { set, params },
  }: { token: string; ownerId: string; seconds: number; used: { set: string; params: unknown[] } },
): Promise<string> {
  const successor = newRefreshToken()
  // The predecessor's answer did arrive, for here is the token that it gave: it is not handed out again.
  await query(em, `update ${tokens} set sealed_successor = null where ${key} = ? and sealed_successor is not null`, [
    ownerId,
  ])
  await query(
    em,
    `with renewed as (
       update ${owner} set ${set}, expires_at = now() + make_interval(secs => ?) where id = ? returning id, expires_at
     ), used as (
       update ${tokens} set used_at = clock_timestamp(), sealed_successor = ? where hash = ?
     )
     insert into ${tokens} (hash, ${key}, expires_at) select ?, id, expires_at from renewed`,
    [
      ...params,
      seconds,
      ownerId,
      sealSuccessor(token, successor),
      hashRefreshToken(token),
      hashRefreshToken(successor),
    ],
  )
  return successor
}
