import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { revokePersonalTokens } from '../personal-token/revoke-personal-token.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'

interface EndGrantsDeps {
  em: EntityManager
  endedSessions: EndedSessions
}

/**
 * Ends grants in the transaction of `em`: those that match all that is named. What they gave counts as a session of the grant's id, and ends as
 * sessions do; codes that were not redeemed yet are void.
 */
export async function endGrantsOf(
  { em, endedSessions }: EndGrantsDeps,
  by: { grantId?: string; accountId?: string; clientId?: string; developerId?: string },
): Promise<void> {
  const { grantId = null, accountId = null, clientId = null, developerId = null } = by
  const whose = `(?::uuid is null or account_id = ?) and (?::uuid is null or client_id = ?)
    and (?::uuid is null or client_id in (select id from oauth_client where oauth_client.account_id = ?))`
  const named = [accountId, accountId, clientId, clientId, developerId, developerId]
  if (grantId === null) await query(em, `delete from oauth_code where used_at is null and ${whose}`, named)
  const ended = await query<{ id: string }>(
    em,
    `update oauth_grant set ended_at = clock_timestamp()
      where ended_at is null and (?::uuid is null or id = ?) and ${whose} returning id`,
    [grantId, grantId, ...named],
  )
  if (ended.length > 0) await endedSessions.mark(ended.map(({ id }) => id))
}

/** Ends all that acts for an account and is no session, in the transaction of `em`: personal tokens, and grants of applications. */
export async function shutOutPrograms(deps: EndGrantsDeps, accountId: string): Promise<void> {
  await revokePersonalTokens(deps, { accountId })
  await endGrantsOf(deps, { accountId })
}
