import OAuth2Server from '@node-oauth/oauth2-server'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { AccessTokens } from '../session/access-token.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { hashRefreshToken, newRefreshToken } from '../session/refresh-token.ts'
import { grantFamily, lookAtToken, type Presented, succeedToken } from '../session/rotate-token.ts'
import { accountIsOpen, authenticateClient, type FoundClient, hashSecret } from './client.ts'
import { endGrantsOf } from './end-grants.ts'
import type { ClientCredentials } from './read-credentials.ts'
import { tellOfGrant } from './tell-of-grant.ts'

export interface TokenDeps {
  em: EntityManager
  accessTokens: AccessTokens
  endedSessions: EndedSessions
  mail: MailDesk | null
  refreshTokenSeconds: number
  /** As of the refresh tokens of sessions. */
  graceSeconds: number
}

/** What came as a form, each field once, and what the client has authenticated itself with. */
export interface TokenRequest {
  fields: Readonly<Record<string, string | undefined>>
  credentials: ClientCredentials
}

export interface TokenAnswer {
  status: number
  body: Record<string, unknown>
}

/**
 * Answers a request for tokens (RFC 6749 §4.1.3 and §6) in one transaction: a code is redeemed, or a refresh token used, if and only if
 * what it gives is stored. What a refusal ends (a code or a token that came again) is committed too.
 */
export async function answerTokenRequest(
  deps: TokenDeps,
  { fields, credentials: { id, secret } }: TokenRequest,
): Promise<TokenAnswer> {
  return deps.em.transactional(async (tx) => {
    const server = new OAuth2Server({
      model: createModel({ ...deps, em: tx }),
      accessTokenLifetime: deps.accessTokens.lifetimeSeconds,
      refreshTokenLifetime: deps.refreshTokenSeconds,
      // Of a client that is confidential the model wants its secret.
      requireClientAuthentication: { authorization_code: false, refresh_token: false },
    })
    const request = new OAuth2Server.Request({
      method: 'POST',
      query: {},
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' },
      body: { ...fields, client_id: id, client_secret: secret },
    })
    const response = new OAuth2Server.Response()
    try {
      await server.token(request, response)
    } catch (error) {
      // What went wrong here is no answer of the protocol: all of it is taken back.
      if (error instanceof OAuth2Server.ServerError) throw (error as { inner?: unknown }).inner ?? error
      if (!(error instanceof OAuth2Server.OAuthError)) throw error
    }
    const { status = 200, body } = response
    return { status, body: body as Record<string, unknown> }
  })
}

const grants = ['authorization_code', 'refresh_token']

interface Person extends OAuth2Server.User {
  id: string
  username: string
}

/** What the library asks of this service, for one request and in its transaction. */
function createModel(deps: TokenDeps) {
  const { em, endedSessions } = deps
  let client: FoundClient | null = null
  let code: { hash: Buffer } | null = null
  let grantId = newId()
  let refreshed: { token: string; successor: string | null } | null = null

  const model: OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel = {
    async getClient(id, secret: string | undefined) {
      client = await authenticateClient(em, { id, secret })
      return client && { id: client.id, grants, redirectUris: client.redirectUris }
    },

    async getAuthorizationCode(text) {
      const hash = hashSecret(text)
      // Accounts are locked before what hangs on them, as elsewhere.
      const person = await findPerson(em, 'id = (select account_id from oauth_code where hash = ?) for share', hash)
      const [row] = await query<{
        clientId: string
        redirectUri: string
        challenge: string
        scopes: string[]
        expiresAt: Date
        grantId: string | null
        isUsed: boolean
      }>(
        em,
        `select client_id as "clientId", redirect_uri as "redirectUri", challenge, scopes, expires_at as "expiresAt",
                grant_id as "grantId", used_at is not null as "isUsed"
           from oauth_code where hash = ? for update`,
        [hash],
      )
      if (!row || row.clientId !== client?.id) return null
      if (row.isUsed) {
        // Two have it, and one of them has stolen it (RFC 6749 §4.1.2).
        if (row.grantId !== null) await endGrantsOf({ em, endedSessions }, { grantId: row.grantId })
        return null
      }
      if (!person) return null
      code = { hash }
      return {
        authorizationCode: text,
        expiresAt: row.expiresAt,
        redirectUri: row.redirectUri,
        scope: row.scopes,
        codeChallenge: row.challenge,
        codeChallengeMethod: 'S256',
        client: { id: row.clientId, grants },
        user: person,
      }
    },

    async revokeAuthorizationCode() {
      await query(em, 'update oauth_code set used_at = now() where hash = ?', [code!.hash])
      return true
    },

    async getRefreshToken(token) {
      const presented = await lookAtToken(em, grantFamily, { token, graceSeconds: deps.graceSeconds })
      const grant = await grantOf(presented)
      if (!grant || grant.clientId !== client?.id) return null
      if (presented.is === 'reused') await endGrantsOf({ em, endedSessions }, { grantId: grant.id })
      if (presented.is !== 'valid') return null
      // Not locked, behind the grant: a suspension at the same moment waits for that, and ends it.
      const person = await findPerson(em, 'id = ?', grant.accountId)
      if (!person) return null
      grantId = grant.id
      refreshed = { token, successor: presented.successor }
      return { refreshToken: token, scope: grant.scopes, client: { id: client.id, grants }, user: person }
    },

    // It is exchanged in `saveToken`, when all else about the request is right.
    revokeToken: async () => true,

    generateAccessToken: (_, person, scope) => {
      const { id: userId, username } = person as Person
      const holder = { userId, username, sessionId: grantId, clientId: client!.id }
      return deps.accessTokens.issueFor(holder, scope, deps.accessTokens.lifetimeSeconds)
    },

    async generateRefreshToken() {
      if (!refreshed) return newRefreshToken()
      const { token, successor } = refreshed
      if (successor !== null) return successor
      // The row is locked and not ended, so a mark in Redis is of an end that was never committed.
      await endedSessions.clear(grantId)
      const used = { set: 'last_used_at = now()', params: [] }
      return succeedToken(em, grantFamily, { token, ownerId: grantId, seconds: deps.refreshTokenSeconds, used })
    },

    async saveToken(token, { id: clientId }, person) {
      if (code) {
        await query(
          em,
          `with granted as (
             insert into oauth_grant (id, account_id, client_id, scopes, expires_at)
             values (?, ?, ?, ?, now() + make_interval(secs => ?)) returning id, expires_at
           ), redeemed as (
             update oauth_code set grant_id = ? where hash = ?
           )
           insert into oauth_refresh_token (hash, grant_id, expires_at) select ?, id, expires_at from granted`,
          [
            ...[grantId, (person as Person).id, clientId, token.scope, deps.refreshTokenSeconds],
            ...[grantId, code.hash, hashRefreshToken(token.refreshToken!)],
          ],
        )
        await tellOfGrant(deps, { accountId: (person as Person).id, client: client!, grantId })
      }
      return { ...token, client: { id: clientId, grants }, user: person }
    },

    // Who may ask what is every service's business, which knows access tokens.
    getAccessToken: async () => null,
    saveAuthorizationCode: async () => null,
  }
  return model

  async function grantOf(presented: Presented) {
    if (!('ownerId' in presented)) return null
    const [grant] = await query<{ id: string; accountId: string; clientId: string | null; scopes: string[] }>(
      em,
      'select id, account_id as "accountId", client_id as "clientId", scopes from oauth_grant where id = ?',
      [presented.ownerId],
    )
    return grant ?? null
  }
}

/** Whoever lets an application act for them, unless their account is closed. */
async function findPerson(em: EntityManager, which: string, param: unknown): Promise<Person | null> {
  const [person] = await query<Person>(em, `select id, username from account where ${accountIsOpen} and ${which}`, [
    param,
  ])
  return person ?? null
}
