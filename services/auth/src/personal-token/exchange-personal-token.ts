import type { ExchangedToken, Role, TokenScope } from '@daguerre/contracts'
import { isPersonalToken } from '@daguerre/kit/personal-token'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccessTokens, roleScopes } from '../session/access-token.ts'
import { hashPersonalToken, personalTokenIsLive } from './personal-token.ts'

/** Life of a token that is made from a personal one, at most. The gateway has it made anew after half of it. */
const exchangedSeconds = 60

/**
 * A short-lived access token for a personal one. It is of a session with the token's id, and never good for more than its
 * owner's role gives now.
 * @throws Problem 401 `auth.token_invalid`
 */
export async function exchangePersonalToken(
  { em, accessTokens }: { em: EntityManager; accessTokens: AccessTokens },
  { token }: { token: string },
): Promise<ExchangedToken> {
  if (!isPersonalToken(token)) throw tokenInvalid()
  const [found] = await query<{
    id: string
    scopes: TokenScope[]
    secondsLeft: number
    wasUsedLately: boolean
    userId: string
    username: string
    role: Role
  }>(
    em,
    `select personal_token.id, scopes, extract(epoch from expires_at - now())::float8 as "secondsLeft",
            coalesce(last_used_at > now() - interval '1 minute', false) as "wasUsedLately",
            account.id as "userId", account.username, account.role
       from personal_token join account on account.id = personal_token.account_id
      where hash = ? and ${personalTokenIsLive}`,
    [hashPersonalToken(token)],
  )
  if (!found) throw tokenInvalid()
  if (!found.wasUsedLately) await query(em, 'update personal_token set last_used_at = now() where id = ?', [found.id])
  const allowed = [...ordinaryScopes, ...roleScopes[found.role]]
  const scopes = found.scopes.filter((scope) => allowed.includes(scope))
  const { userId, username, id: sessionId } = found
  const expiresIn = Math.max(1, Math.min(exchangedSeconds, Math.floor(found.secondsLeft)))
  const accessToken = await accessTokens.issueFor({ userId, username, sessionId }, scopes, expiresIn)
  return { accessToken, expiresIn, scope: scopes.join(' ') }
}

function tokenInvalid(): Problem {
  return problem(401, 'auth.token_invalid', 'The token is not valid, has expired or was revoked.', {
    headers: {
      'www-authenticate': 'Bearer realm="daguerre", error="invalid_token", error_description="auth.token_invalid"',
    },
  })
}
