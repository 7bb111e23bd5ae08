import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from '../session/ended-sessions.ts'

/**
 * Revokes one of the viewer's tokens. One that is revoked already stays so.
 * @throws Problem 404 `auth.token_not_found` if it is nobody's or somebody else's
 */
export async function revokePersonalToken(
  { em, viewer, endedSessions }: { em: EntityManager; viewer: Viewer; endedSessions: EndedSessions },
  { tokenId }: { tokenId: string },
): Promise<void> {
  const [own] = await query(em, 'select 1 from personal_token where id = ? and account_id = ?', [tokenId, viewer.id])
  if (!own) throw notFound('auth.token_not_found', 'You have no such token.')
  await em.transactional((tx) => revokeWhere({ em: tx, endedSessions }, 'id = ?', [tokenId]))
}

/**
 * Revokes an account's tokens, in the transaction of `em`: all, or those that hold one of these scopes. What they were exchanged for
 * counts as a session of the token's id, and ends as sessions do.
 */
export async function revokePersonalTokens(
  deps: { em: EntityManager; endedSessions: EndedSessions },
  { accountId, holding }: { accountId: string; holding?: readonly string[] },
): Promise<void> {
  if (holding === undefined) await revokeWhere(deps, 'account_id = ?', [accountId])
  else if (holding.length > 0) await revokeWhere(deps, 'account_id = ? and scopes && ?::text[]', [accountId, holding])
}

async function revokeWhere(
  { em, endedSessions }: { em: EntityManager; endedSessions: EndedSessions },
  condition: string,
  params: unknown[],
): Promise<void> {
  const revoked = await query<{ id: string }>(
    em,
    `update personal_token set revoked_at = clock_timestamp() where ${condition} and revoked_at is null returning id`,
    params,
  )
  if (revoked.length > 0) await endedSessions.mark(revoked.map(({ id }) => id))
}
