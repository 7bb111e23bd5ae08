import { query } from '@daguerre/kit/postgres'
import type { TokenVerifier } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { hashRefreshToken } from '../session/refresh-token.ts'
import { endGrantsOf } from './end-grants.ts'

/**
 * Ends the grant of a client that a token is of: a refresh token, or an access token (RFC 7009). What is nothing of this client's is passed over, as
 * what has ended is.
 */
export async function revokeToken(
  { em, endedSessions, verifier }: { em: EntityManager; endedSessions: EndedSessions; verifier: TokenVerifier },
  { clientId, token }: { clientId: string; token: string },
): Promise<void> {
  const [found] = await query<{ grantId: string }>(
    em,
    'select grant_id as "grantId" from oauth_refresh_token where hash = ?',
    [hashRefreshToken(token)],
  )
  const grantId = found?.grantId ?? (await verifier.verify(token).catch(() => null))?.sessionId
  if (grantId === undefined) return
  await em.transactional((tx) => endGrantsOf({ em: tx, endedSessions }, { grantId, clientId }))
}
