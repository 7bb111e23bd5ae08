import type { Place, SignedIn } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import type { Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { AccountRow } from '../account/account.ts'
import { accountColumns, presentAccount } from '../account/account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { checkStanding } from '../standing/check-standing.ts'
import type { AccessTokens } from './access-token.ts'
import { noteDevice } from './note-device.ts'
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts'
import { freshSeconds } from './require-fresh-session.ts'

export interface SessionDeps {
  accessTokens: AccessTokens
  /** Life of a refresh token; each refresh begins it anew. */
  refreshTokenSeconds: number
  mail: MailDesk | null
  /** Where the request comes from. */
  place: Place | null
}

/**
 * Begins a session, in the transaction of `em`; its owner is told of a device that is new. The access token is made before the commit, so that none is younger than
 * the end of its session. Who is suspended gets one that is good for exports alone: what is theirs they may take along.
 * @returns Problem 403 `auth.account_suspended`, `auth.approval_pending`; the transaction is to be kept, see `commitThenThrow`
 */
export async function startSession(
  { em, accessTokens, refreshTokenSeconds, mail, place }: SessionDeps & { em: EntityManager },
  {
    account: { id },
    userAgent,
    hasSecondFactor = false,
  }: { account: Pick<AccountRow, 'id'>; userAgent: string | null; hasSecondFactor?: boolean },
): Promise<SignedIn | Problem> {
  // Anew, and held until this is committed: a role that is taken meanwhile ends this session, or it begins without it.
  const [account] = await query<AccountRow>(em, `select ${accountColumns} from account where id = ? for share`, [id])
  if (!account) throw new Error(`account ${id} is gone`)
  await noteDevice({ em, mail }, { accountId: id, userAgent, place })
  const refusal = await checkStanding(em, id, (actId) => {
    return accessTokens.issueFor({ ...account, userId: id, sessionId: actId }, ['export'], accessTokens.lifetimeSeconds)
  })
  if (refusal) return refusal
  const sessionId = newId()
  const refreshToken = newRefreshToken()
  await query(
    em,
    `with started as (
       insert into session (id, account_id, user_agent, place, second_factor, expires_at, fresh_until)
       values (?, ?, ?, ?::jsonb, ?, now() + make_interval(secs => ?), now() + make_interval(secs => ?)) returning id, expires_at
     )
     insert into refresh_token (hash, session_id, expires_at) select ?, id, expires_at from started`,
    [
      sessionId,
      id,
      userAgent,
      place && JSON.stringify(place),
      hasSecondFactor,
      refreshTokenSeconds,
      freshSeconds,
      hashRefreshToken(refreshToken),
    ],
  )
  return {
    user: presentAccount(account),
    accessToken: await accessTokens.issue({ ...account, userId: id, sessionId }),
    refreshToken,
    expiresIn: accessTokens.lifetimeSeconds,
  }
}
