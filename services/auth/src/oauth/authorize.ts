import { randomBytes } from 'node:crypto'
import { type Authorization, GrantScope } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { sessionEnded } from '../session/signed-in-session.ts'
import { accountIsOpen, findClient, type FoundClient, hashSecret } from './client.ts'
import { isRegistered, withParameters } from './redirect-uri.ts'

/** What stands in the address with which an application has sent the browser here (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export interface AuthorizationRequest {
  client_id?: string | undefined
  redirect_uri?: string | undefined
  response_type?: string | undefined
  scope?: string | undefined
  state?: string | undefined
  code_challenge?: string | undefined
  code_challenge_method?: string | undefined
  /** What the person has decided; none: they are not asked yet. */
  decision?: 'allow' | 'deny' | undefined
}

/** The code goes from one redirect into one request. */
const codeSeconds = 60

/**
 * Tells what the viewer is asked, or where their browser goes: back to the application with a code once they allow it, or with an error.
 * @throws Problem 422 `oauth.client_unknown`, `oauth.redirect_mismatch`: these are told to the person, and never sent anywhere;
 *   403 `auth.reauthentication_required`
 */
export async function authorize(
  { em, viewer, issuer }: { em: EntityManager; viewer: Viewer; issuer: string },
  request: AuthorizationRequest,
): Promise<Authorization> {
  return em.transactional(async (tx) => {
    if (request.decision === 'allow') await holdAccount(tx, viewer)
    const client = await findClient(tx, request.client_id ?? '')
    if (!client) throw refused('oauth.client_unknown', 'There is no such application.')
    const { redirect_uri: redirectUri = '' } = request
    if (!isRegistered(redirectUri, client.redirectUris)) {
      throw refused('oauth.redirect_mismatch', 'The application is not registered for where it would be sent back to.')
    }

    function answer(scopes: GrantScope[], parameters: Record<string, string> | null): Authorization {
      const { id, name, website, developer } = client as FoundClient
      return {
        application: { id, name, website, developer },
        scopes,
        returnsTo: new URL(redirectUri).host,
        // `iss` (RFC 9207): which server this comes from, for who asks several.
        redirectTo: parameters && withParameters(redirectUri, { ...parameters, state: request.state, iss: issuer }),
      }
    }

    const fault = faultOf(request)
    if (fault) return answer([], fault)
    const scopes = scopesOf(request.scope)
    if (!scopes) return answer([], { error: 'invalid_scope', error_description: 'A scope is not known, or not given.' })
    if (request.decision === undefined) return answer(scopes, null)
    if (request.decision === 'deny') return answer(scopes, { error: 'access_denied' })
    const code = `dgr_ac_${randomBytes(32).toString('base64url')}`
    await query(
      tx,
      `insert into oauth_code (hash, client_id, account_id, redirect_uri, challenge, scopes, expires_at)
       values (?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))`,
      [hashSecret(code), client.id, viewer.id, redirectUri, request.code_challenge, scopes, codeSeconds],
    )
    return answer(scopes, { code })
  })
}

/** A code opens the account for as long as nobody takes it back: as much is asked as for a personal token. */
async function holdAccount(tx: EntityManager, viewer: Viewer): Promise<void> {
  const [account] = await query(tx, `select 1 from account where id = ? and ${accountIsOpen} for no key update`, [
    viewer.id,
  ])
  if (!account) throw sessionEnded()
  await requireFreshSession(tx, viewer)
}

function faultOf(request: AuthorizationRequest): Record<string, string> | null {
  const { response_type: type, code_challenge: challenge, code_challenge_method: method } = request
  if (type === undefined || type === '') return invalidRequest('response_type is missing.')
  if (type !== 'code') return { error: 'unsupported_response_type' }
  if (method !== 'S256') return invalidRequest('code_challenge_method must be S256.')
  // BASE64URL of a SHA-256.
  if (!/^[\w-]{43}$/.test(challenge ?? '')) return invalidRequest('code_challenge is missing, or none of S256.')
  return null
}

function invalidRequest(description: string): Record<string, string> {
  return { error: 'invalid_request', error_description: description }
}

/** Without any it is `read`. */
function scopesOf(text: string | undefined): GrantScope[] | null {
  const names = new Set((text ?? '').split(' ').filter((name) => name !== ''))
  const scopes = GrantScope.options.filter((scope) => names.delete(scope))
  if (names.size > 0) return null
  return scopes.length > 0 ? scopes : ['read']
}

function refused(code: string, detail: string): Problem {
  return problem(422, code, detail)
}
