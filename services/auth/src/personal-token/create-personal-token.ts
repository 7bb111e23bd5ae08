import type { CreatedPersonalToken, NewPersonalToken, Role } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { conflict, invalid } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { roleScopes } from '../session/access-token.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { sessionEnded } from '../session/signed-in-session.ts'
import {
  hashPersonalToken,
  newPersonalToken,
  personalTokenColumns,
  personalTokenIsLive,
  type PersonalTokenRow,
  presentPersonalToken,
} from './personal-token.ts'

const mostTokens = 50

/**
 * Makes a token for an application of the viewer's, which is told this once.
 * @throws Problem 422 `auth.scope_not_yours`, 409 `auth.too_many_tokens`, 403 `auth.reauthentication_required`
 */
export async function createPersonalToken(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { name, scopes, expiresInDays }: NewPersonalToken,
): Promise<CreatedPersonalToken> {
  const token = newPersonalToken()
  const row = await em.transactional(async (tx) => {
    // Held until the commit: a role that is taken meanwhile finds this token, or it is not made.
    const [account] = await query<{ role: Role }>(tx, 'select role from account where id = ? for update', [viewer.id])
    if (!account) throw sessionEnded()
    await requireFreshSession(tx, viewer)
    const not = scopes.findIndex(
      (scope) => ['moderate', 'admin'].includes(scope) && !roleScopes[account.role].includes(scope),
    )
    if (not >= 0) {
      const detail = 'is not given by your role'
      throw invalid([{ pointer: `#/scopes/${not}`, code: 'auth.scope_not_yours', detail }], 'auth.scope_not_yours')
    }
    const [{ count }] = (await query<{ count: number }>(
      tx,
      `select count(*)::int as count from personal_token where account_id = ? and ${personalTokenIsLive}`,
      [viewer.id],
    )) as [{ count: number }]
    if (count >= mostTokens) throw conflict('auth.too_many_tokens', 'Revoke one of your tokens before.')
    const [made] = await query<PersonalTokenRow>(
      tx,
      `insert into personal_token (id, account_id, name, hash, scopes, expires_at)
       values (?, ?, ?, ?, ?, now() + make_interval(days => ?)) returning ${personalTokenColumns}`,
      [newId(), viewer.id, name, hashPersonalToken(token), scopes, expiresInDays],
    )
    return made!
  })
  return { ...presentPersonalToken(row), token }
}
