import { setTimeout as sleep } from 'node:timers/promises'
import { Authorization, type CreatedApplication } from '@daguerre/contracts'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  fetchProtectedResource,
  None,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'
import { expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done, read } from '../support/api.ts'
import { applicationOf, back } from '../support/applications.ts'
import { type Person, signUp } from '../support/people.ts'

/** An application by somebody else's library, which finds out about this server by itself. */
async function libraryFor({ id }: CreatedApplication, auth: ClientAuth): Promise<Configuration> {
  const { body } = await api().get<{ issuer: string }>('/.well-known/oauth-authorization-server')
  return await discovery(new URL(body.issuer), id, undefined, auth, {
    algorithm: 'oauth2',
    // The system of the tests speaks no TLS, and has another door than what it is called by.
    execute: [allowInsecureRequests],
    [customFetch]: (url, options) => fetch(url.replace(body.issuer, system.url), options as RequestInit),
  })
}

/** A browser that the application sends here, and the person lets it do what it asks for: what it comes back with. */
async function sent(person: Person, url: URL): Promise<URL> {
  expect(url.pathname).toBe('/oauth/authorize')
  const body = { ...Object.fromEntries(url.searchParams), decision: 'allow' }
  const { redirectTo } = await read(Authorization, api(person).post('/api/v1/oauth/authorize', body))
  return new URL(redirectTo ?? '')
}

async function signIn(config: Configuration, person: Person, scope: string) {
  const [pkceCodeVerifier, expectedState] = [randomPKCECodeVerifier(), randomState()]
  const url = buildAuthorizationUrl(config, {
    redirect_uri: back,
    scope,
    state: expectedState,
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  return await authorizationCodeGrant(config, await sent(person, url), { pkceCodeVerifier, expectedState })
}

async function statusOf(config: Configuration, token: string, path: string, method = 'GET'): Promise<number> {
  const answer = await fetchProtectedResource(config, token, new URL(`${system.url}${path}`), method).catch(
    (error: { response?: Response; cause?: Response; status?: number }) => error,
  )
  return 'status' in answer ? (answer.status ?? 0) : 0
}

test.each<[string, boolean, (application: CreatedApplication) => ClientAuth]>([
  ['a public application', false, () => None()],
  ['one that sends its secret in the form', true, ({ secret }) => ClientSecretPost(secret ?? '')],
  ['one that sends its secret by HTTP Basic', true, ({ secret }) => ClientSecretBasic(secret ?? '')],
])('%s, by a library of others, is let act, refreshes, and gives it back', async (_, confidential, auth) => {
  const [developer, person] = [await signUp('developer'), await signUp('person')]
  const application = await applicationOf(developer, { confidential })
  const config = await libraryFor(application, auth(application))
  const tokens = await signIn(config, person, 'read profile')
  expect(tokens.scope).toBe('read profile')
  expect(await statusOf(config, tokens.access_token, '/api/v1/users/me')).toBe(200)
  expect(await statusOf(config, tokens.access_token, '/api/v1/auth/me')).toBe(403)
  expect(await statusOf(config, tokens.access_token, '/api/v1/auth/grants')).toBe(403)
  const newer = await refreshTokenGrant(config, tokens.refresh_token ?? '', { scope: 'read' })
  expect(newer.scope).toBe('read')
  expect(await statusOf(config, newer.access_token, '/api/v1/feed/home')).toBe(200)
  await tokenRevocation(config, newer.refresh_token ?? '')
  expect(await statusOf(config, tokens.access_token, '/api/v1/users/me')).toBe(401)
  await expect(refreshTokenGrant(config, newer.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('what is taken back opens nothing within a second, and live streams end', async () => {
  const [developer, person] = [await signUp('developer'), await signUp('person')]
  const application = await applicationOf(developer, { confidential: false })
  const config = await libraryFor(application, None())
  const tokens = await signIn(config, person, 'read')
  const stream = await fetch(`${system.url}/api/v1/notifications/stream`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  expect(stream.status).toBe(200)
  await done(api(person).delete(`/api/v1/auth/grants/${application.id}`))
  const ended = stream.text().then(() => 'ended')
  expect(await Promise.race([ended, sleep(1000, 'still open')])).toBe('ended')
  expect(await statusOf(config, tokens.access_token, '/api/v1/users/me')).toBe(401)
  expect((await api(person).get<{ items: unknown[] }>('/api/v1/auth/grants')).body.items).toEqual([])
})
