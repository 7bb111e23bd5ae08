import type { AllowedApplication, GrantScope } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { endGrantsOf } from './end-grants.ts'

/** SQL: it lets its application act. */
export const grantIsLive = '(oauth_grant.ended_at is null and oauth_grant.expires_at > now())'

/** The applications that act for the viewer, the youngest first, from `before` on. */
export async function listAllowedApplications(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { before, limit }: { before: string | null; limit: number },
): Promise<AllowedApplication[]> {
  const rows = await query<
    Omit<AllowedApplication, 'since' | 'lastUsedAt' | 'scopes'> & {
      since: Date
      lastUsedAt: Date
      scopes: GrantScope[]
    }
  >(
    em,
    `select oauth_client.id, oauth_client.name, oauth_client.website, account.username as developer,
            array_agg(distinct scope) as scopes,
            min(oauth_grant.created_at) as since, max(oauth_grant.last_used_at) as "lastUsedAt"
       from oauth_grant
       cross join lateral unnest(oauth_grant.scopes) as scope
       join oauth_client on oauth_client.id = oauth_grant.client_id
       join account on account.id = oauth_client.account_id
      where oauth_grant.account_id = ? and ${grantIsLive} and (?::uuid is null or oauth_client.id < ?)
      group by oauth_client.id, account.username order by oauth_client.id desc limit ?`,
    [viewer.id, before, before, limit],
  )
  return rows.map(({ since, lastUsedAt, ...row }) => ({
    ...row,
    since: since.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
  }))
}

/**
 * Takes back from an application all that the viewer has let it do. One that may nothing any more stays so.
 * @throws Problem 404 `auth.grant_not_found`
 */
export async function takeBackGrants(
  { em, viewer, endedSessions }: { em: EntityManager; viewer: Viewer; endedSessions: EndedSessions },
  { clientId }: { clientId: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    const [any] = await query(tx, 'select 1 from oauth_grant where account_id = ? and client_id = ?', [
      viewer.id,
      clientId,
    ])
    if (!any) throw notFound('auth.grant_not_found', 'No such application acts for you.')
    await endGrantsOf({ em: tx, endedSessions }, { accountId: viewer.id, clientId })
  })
}
