import type { SignedIn } from '@daguerre/contracts'
import { testConfig } from '@daguerre/kit/testing'
import {
  decodeProtectedHeader,
  createLocalJWKSet,
  jwtVerify,
  SignJWT,
  generateKeyPair,
  type JSONWebKeySet,
  UnsecuredJWT,
} from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deriveSealingKeys } from '../src/seal.ts'
import { purgeSessions } from '../src/session/purge-sessions.ts'
import { resealSigningKeys } from '../src/signing-key/rotate-signing-key.ts'
import { audience, type Auth, createDatabase, issuer, problemOf, sessionOf, startAuth, viewerOf } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth

beforeEach(async () => {
  await auth.sql('delete from signing_key')
  auth = await restarted(auth)
})
beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url)
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

async function restarted(before: Auth): Promise<Auth> {
  await before.close()
  return startAuth(database.url)
}

async function published(replica = auth): Promise<JSONWebKeySet> {
  const answer = await replica.request('GET', '/.well-known/jwks.json')
  expect(answer.status).toBe(200)
  return (await answer.json()) as JSONWebKeySet
}

async function kids(replica = auth): Promise<string[]> {
  return (await published(replica)).keys.map((key) => key.kid ?? '').toSorted()
}

function kidOf(token: string): string {
  return decodeProtectedHeader(token).kid ?? ''
}

async function rotate(replica = auth): Promise<{ kid: string; activeAt: string }> {
  const answer = await replica.internal('/internal/keys/rotate', undefined)
  expect(answer.status).toBe(200)
  return (await answer.json()) as { kid: string; activeAt: string }
}

/** As if the time had come for the keys that were published. */
async function passPublication(): Promise<void> {
  await auth.sql(`update signing_key set active_at = active_at - interval '31 seconds'`)
  await auth.reloadKeys()
}

test('access tokens are those of RFC 9068, and the published keys verify them', async () => {
  const louise = await auth.register()
  const { payload, protectedHeader } = await jwtVerify(louise.accessToken, createLocalJWKSet(await published()))
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: kidOf(louise.accessToken) })
  expect(payload).toMatchObject({
    iss: issuer,
    aud: audience,
    sub: louise.user.id,
    username: louise.user.username,
    sid: sessionOf(louise),
    jti: expect.any(String),
  })
  expect(payload.exp! - payload.iat!).toBe(900)
})

test('the key set holds public halves alone and may be cached, not for longer than a key is published before it signs', async () => {
  const answer = await auth.request('GET', '/.well-known/jwks.json')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=30')
  const { keys } = (await answer.json()) as JSONWebKeySet
  expect(keys).toHaveLength(1)
  expect(Object.keys(keys[0]!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('the private half is in the database only encrypted', async () => {
  const [row] = await auth.sql<{ sealed: Buffer }>('select private_sealed as sealed from signing_key')
  expect(row!.sealed.toString('latin1')).not.toContain('"d"')
})

test('five replicas that start on an empty database agree on one first key', async () => {
  const own = await createDatabase()
  const replicas = await Promise.all(Array.from({ length: 5 }, () => startAuth(own.url)))
  const sets = await Promise.all(replicas.map((replica) => kids(replica)))
  expect(sets[0]).toHaveLength(1)
  expect(new Set(sets.map(String)).size).toBe(1)
  await Promise.all(replicas.map((replica) => replica.close()))
  await own.drop()
})

test('a new key is published first, signs later, and tokens of the old one stay valid to their end', async () => {
  const before = await auth.register()
  const old = kidOf(before.accessToken)
  const { kid } = await rotate()
  expect(await kids()).toEqual([old, kid].toSorted())
  expect(kidOf((await auth.register()).accessToken)).toBe(old)

  await passPublication()
  const after = await auth.register()
  expect(kidOf(after.accessToken)).toBe(kid)
  const set = createLocalJWKSet(await published())
  await jwtVerify(before.accessToken, set)
  await jwtVerify(after.accessToken, set)
  for (const { accessToken, user } of [before, after]) {
    const me = await auth.request('GET', '/api/v1/auth/me', { token: accessToken })
    expect(await me.json()).toEqual(user)
  }

  // A minute after its last token has ended it still stands; then it goes from the set, and from the database.
  await auth.sql(`update signing_key set active_at = active_at - interval '16 minutes'`)
  await auth.reloadKeys()
  expect(await kids()).toEqual([old, kid].toSorted())
  await auth.sql(`update signing_key set active_at = active_at - interval '2 minutes'`)
  await auth.reloadKeys()
  expect(await kids()).toEqual([kid])
  await purgeSessions({
    em: auth.forkEm(),
    graceSeconds: 20,
    keptKeySeconds: 1020,
    signal: new AbortController().signal,
  })
  expect(await auth.sql('select kid from signing_key')).toEqual([{ kid }])
})

test('another replica sees the new key when it looks again, long before it signs', async () => {
  const other = await startAuth(database.url)
  const { kid } = await rotate()
  expect(await kids(other)).not.toContain(kid)
  await other.reloadKeys()
  expect(await kids(other)).toContain(kid)
  await passPublication()
  await other.reloadKeys()
  const token = (await auth.register()).accessToken
  expect(kidOf(token)).toBe(kid)
  expect((await other.request('GET', '/api/v1/auth/me', { token })).status).toBe(200)
  await other.close()
})

test('rotating again before the new key signs, or five times at once, makes no second one', async () => {
  const rotations = await Promise.all(Array.from({ length: 5 }, () => rotate()))
  expect(new Set(rotations.map((rotation) => rotation.kid)).size).toBe(1)
  expect((await rotate()).kid).toBe(rotations[0]?.kid)
  expect(await kids()).toHaveLength(2)
  await passPublication()
  expect((await rotate()).kid).not.toBe(rotations[0]?.kid)
})

test('rotation is for who has the token of the application', async () => {
  const { accessToken } = await auth.register()
  for (const headers of [{}, { 'dapr-api-token': 'wrong' }, { authorization: `Bearer ${accessToken}` }]) {
    const answer = await auth.request('POST', '/internal/keys/rotate', { headers })
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'internal.unauthorized' })
  }
  expect(await kids()).toHaveLength(1)
})

test('after a change of SECRET_KEY a new key is made, and tokens of the old one are still verified', async () => {
  const before = await auth.register()
  auth.log.level = 'silent'
  const changed = await startAuth(database.url, { secretKey: 'another secret key of thirty-two characters and more' })
  const after = await changed.login(before.user.username)
  expect(kidOf(after.accessToken)).not.toBe(kidOf(before.accessToken))
  for (const { accessToken } of [before, after]) {
    expect((await changed.request('GET', '/api/v1/auth/me', { token: accessToken })).status).toBe(200)
  }
  // A replica that still has the old one signs with what it can open, and verifies all.
  await auth.reloadKeys()
  auth.log.level = 'error'
  expect(kidOf((await auth.login(before.user.username)).accessToken)).toBe(kidOf(before.accessToken))
  await changed.close()
})

test('while SECRET_KEY is changed, replicas with the old and the new one sign, verify and refresh alike, and nobody is logged out', async () => {
  const before = await auth.register()
  const kid = kidOf(before.accessToken)
  const secretKey = 'another secret key of thirty-two characters and more'
  const renewed = await startAuth(database.url, { secretKey, previousSecretKey: testConfig().SECRET_KEY })
  await auth.reloadKeys()
  const after = await renewed.login(before.user.username)
  const old = await auth.login(before.user.username)
  expect([after, old].map(({ accessToken }) => kidOf(accessToken))).toEqual([kid, kid])
  for (const replica of [auth, renewed]) {
    for (const { accessToken } of [before, after, old]) {
      expect((await replica.request('GET', '/api/v1/auth/me', { token: accessToken })).status).toBe(200)
    }
  }
  // Each refreshes what the other gave, and hands out the other's successor again when its answer was lost.
  for (const [first, second, session] of [
    [auth, renewed, after],
    [renewed, auth, old],
  ] as const) {
    const refreshed = (await (await first.refresh(session.refreshToken)).json()) as SignedIn
    const again = (await (await second.refresh(session.refreshToken)).json()) as SignedIn
    expect(again.refreshToken).toBe(refreshed.refreshToken)
    expect((await second.refresh(refreshed.refreshToken)).status).toBe(200)
  }

  // What the old one makes meanwhile is taken over too; then the old SECRET_KEY is needed no more.
  const rotated = await rotate(auth)
  await renewed.reloadKeys()
  expect(await kids(renewed)).toEqual([kid, rotated.kid].toSorted())
  await resealSigningKeys({
    em: renewed.forkEm(),
    sealingKeys: deriveSealingKeys({ SECRET_KEY: secretKey, SECRET_KEY_PREVIOUS: testConfig().SECRET_KEY }),
  })
  await auth.reloadKeys()
  expect(kidOf((await auth.login(before.user.username)).accessToken)).toBe(kid)
  const alone = await startAuth(database.url, { secretKey })
  expect(await kids(alone)).toEqual([kid, rotated.kid].toSorted())
  expect(kidOf((await alone.login(before.user.username)).accessToken)).toBe(kid)
  await passPublication()
  await alone.reloadKeys()
  expect(kidOf((await alone.login(before.user.username)).accessToken)).toBe(rotated.kid)
  await Promise.all([renewed.close(), alone.close()])
})

test('expired and forged tokens are 401 with a reason, and a valid one is not', async () => {
  const louise = await auth.register()
  const { id, username, sessionId } = viewerOf(louise)
  const { privateKey: foreignKey } = await generateKeyPair('ES256')
  const { kid, privateKey } = auth.keyring.signingKey()
  type Change = { key?: typeof privateKey; typ?: string; iss?: string; aud?: string; exp?: number; kid?: string }
  function token(change: Change = {}) {
    return new SignJWT({ sid: sessionId, username })
      .setProtectedHeader({ alg: 'ES256', typ: change.typ ?? 'at+jwt', kid: change.kid ?? kid })
      .setIssuer(change.iss ?? issuer)
      .setAudience(change.aud ?? audience)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + (change.exp ?? 60))
      .sign(change.key ?? privateKey)
  }
  const claims = { sub: id, sid: sessionId, username, iss: issuer, aud: audience }
  const none = new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('1h').encode()
  const valid = await token()
  const cases: [string, string, string][] = [
    ['expired', await token({ exp: -60 }), 'auth.token_expired'],
    ['signed by another key', await token({ key: foreignKey }), 'auth.token_invalid'],
    ['of an unknown key', await token({ kid: 'x' }), 'auth.token_invalid'],
    ['alg none', none, 'auth.token_invalid'],
    [
      'alg none as at+jwt',
      `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${none.split('.')[1]}.`,
      'auth.token_invalid',
    ],
    ['for another audience', await token({ aud: 'somebody' }), 'auth.token_invalid'],
    ['of another issuer', await token({ iss: 'https://example.org' }), 'auth.token_invalid'],
    ['of another type', await token({ typ: 'JWT' }), 'auth.token_invalid'],
    ['changed', `${valid.slice(0, -4)}AAAA`, 'auth.token_invalid'],
    ['nonsense', 'x', 'auth.token_invalid'],
  ]
  for (const [name, bad, code] of cases) {
    const answer = await auth.request('GET', '/api/v1/auth/me', { token: bad })
    expect(answer.headers.get('www-authenticate'), name).toContain('invalid_token')
    expect(await problemOf(answer), name).toMatchObject({ status: 401, code })
  }
  expect((await auth.request('GET', '/api/v1/auth/me', { token: valid })).status).toBe(200)
})

test('a token whose session is not its own subject’s opens nothing', async () => {
  const [louise, nadar] = [await auth.register(), await auth.register()]
  const { kid, privateKey } = auth.keyring.signingKey()
  const mixed = await new SignJWT({ sid: sessionOf(nadar), username: louise.user.username })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(louise.user.id)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(privateKey)
  for (const [method, path] of [
    ['GET', 'me'],
    ['POST', 'logout'],
    ['DELETE', 'sessions'],
  ] as const) {
    expect((await auth.request(method, `/api/v1/auth/${path}`, { token: mixed })).status).toBe(401)
  }
})
