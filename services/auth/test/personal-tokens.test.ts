import type { CreatedPersonalToken, ExchangedToken, Role, SignedIn } from '@daguerre/contracts'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reassertEndedSessions } from '../src/session/reassert-ended-sessions.ts'
import { type Auth, createDatabase, password, problemOf, startAuth } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url)
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

const path = '/api/v1/auth/tokens'
const wanted = { name: 'Printer in the hall', scopes: ['read', 'post'], expiresInDays: 30 }

function create(person: { accessToken: string }, body: object = {}, headers: Record<string, string> = {}) {
  return auth.request('POST', path, { token: person.accessToken, body: { ...wanted, ...body }, headers })
}

async function created(person: SignedIn, body: object = {}): Promise<CreatedPersonalToken> {
  const answer = await create(person, body)
  expect(answer.status).toBe(201)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return (await answer.json()) as CreatedPersonalToken
}

function exchange(token: string) {
  return auth.request('POST', `${path}/exchange`, { body: { token } })
}

async function exchanged(token: string): Promise<ExchangedToken> {
  return (await (await exchange(token)).json()) as ExchangedToken
}

function revoke(person: SignedIn, id: string) {
  return auth.request('DELETE', `${path}/${id}`, { token: person.accessToken })
}

async function listed(person: SignedIn) {
  const answer = await auth.request('GET', path, { token: person.accessToken })
  return ((await answer.json()) as { items: Record<string, unknown>[] }).items
}

async function give(person: SignedIn, role: Role): Promise<SignedIn> {
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
  return auth.login(person.user.username)
}

test('a token is shown once, and of it only a hash is kept', async () => {
  const person = await auth.register()
  const { token, ...shown } = await created(person)
  expect(token).toMatch(/^dgp_[\w-]{49}$/)
  expect(shown).toMatchObject({ name: wanted.name, scopes: wanted.scopes, lastUsedAt: null })
  const days = (Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)) / 86_400_000
  expect(days).toBe(30)
  expect(await listed(person)).toEqual([shown])
  expect(await listed(await auth.register())).toEqual([])
  const rows = await auth.sql('select *, encode(hash, $$escape$$) as escaped from personal_token where id = ?', [
    shown.id,
  ])
  expect(JSON.stringify(rows)).not.toContain(token.slice(4, 40))
})

test('it is exchanged for an access token of one minute at most, of its scopes, and a session of its own', async () => {
  const person = await auth.register()
  const { id, token } = await created(person)
  const { accessToken, expiresIn, scope } = await exchanged(token)
  expect([expiresIn, scope]).toEqual([60, 'read post'])
  expect(await auth.verifier.verify(accessToken)).toEqual({
    id: person.user.id,
    username: person.user.username,
    sessionId: id,
    scopes: ['read', 'post'],
  })
  const { iat = 0, exp = 0 } = decodeJwt(accessToken)
  expect(exp - iat).toBe(60)
  expect((await listed(person))[0]).toMatchObject({ lastUsedAt: expect.any(String) as string })
})

test('what an application has makes no tokens, and touches neither password, address, sessions nor roles', async () => {
  const admin = await give(await auth.register(), 'admin')
  const all = ['read', 'post', 'interact', 'follow', 'profile', 'moderate', 'admin']
  const { accessToken: token } = await exchanged((await created(admin, { scopes: all })).token)
  const { user } = admin
  for (const [method, at, body] of [
    ['POST', path, wanted],
    ['GET', path, undefined],
    ['DELETE', `${path}/${user.id}`, undefined],
    ['GET', '/api/v1/auth/me', undefined],
    ['PUT', '/api/v1/auth/password', { currentPassword: password, newPassword: 'balloon-over-paris' }],
    ['PUT', '/api/v1/auth/email', { currentPassword: password, newEmail: 'other@example.org' }],
    ['POST', '/api/v1/auth/reauthenticate', { password }],
    ['GET', '/api/v1/auth/sessions', undefined],
    ['DELETE', '/api/v1/auth/sessions', undefined],
    ['POST', '/api/v1/auth/logout', undefined],
    ['PUT', `/api/v1/admin/roles/${user.id}`, { role: 'admin', reason: 'For a test' }],
  ] as const) {
    const problem = await problemOf(await auth.request(method, at, { token, body }))
    expect([at, problem.status, problem.code]).toEqual([at, 403, 'auth.scope_missing'])
  }
  expect((await auth.request('GET', '/api/v1/admin/roles', { token })).status).toBe(200)
})

test('nobody gives an application more than their role, nor what is for sessions alone', async () => {
  const member = await auth.register()
  for (const scope of ['moderate', 'admin']) {
    const problem = await problemOf(await create(member, { scopes: ['read', scope] }))
    expect(problem).toEqual({ status: 422, code: 'auth.scope_not_yours', pointers: ['#/scopes/1'] })
  }
  const moderator = await give(member, 'moderator')
  expect((await create(moderator, { scopes: ['moderate'] })).status).toBe(201)
  expect(await problemOf(await create(moderator, { scopes: ['admin'] }))).toMatchObject({
    code: 'auth.scope_not_yours',
  })
  for (const body of [
    { scopes: ['account'] },
    { scopes: ['read post'] },
    { scopes: [] },
    { scopes: ['READ'] },
    { expiresInDays: 366 },
    { expiresInDays: 0 },
  ]) {
    expect(await problemOf(await create(member, body))).toMatchObject({ status: 422, code: 'request.invalid' })
  }
})

test('with a role goes what tokens had of it: those that hold it are revoked, and none is good for it again', async () => {
  const admin = await give(await auth.register(), 'admin')
  const person = await give(await auth.register(), 'moderator')
  const [plain, strong] = [await created(person), await created(person, { scopes: ['read', 'moderate'] })]
  await auth.request('PUT', `/api/v1/admin/roles/${person.user.id}`, {
    token: admin.accessToken,
    body: { role: 'member', reason: 'For a test' },
  })
  expect((await exchange(strong.token)).status).toBe(401)
  expect(await auth.isEndedAtTheDoor(strong.id)).toBe(true)
  expect((await exchange(plain.token)).status).toBe(200)
  expect(await auth.isEndedAtTheDoor(plain.id)).toBe(false)
  // As if it had come in between.
  await auth.sql('update personal_token set revoked_at = null where id = ?', [strong.id])
  expect((await exchanged(strong.token)).scope).toBe('read')
})

test('a revoked token is refused at once, at the door too, and only its owner revokes it', async () => {
  const [person, other] = [await auth.register(), await auth.register()]
  const { id, token } = await created(person)
  expect(await problemOf(await revoke(other, id))).toMatchObject({ status: 404, code: 'auth.token_not_found' })
  expect((await exchange(token)).status).toBe(200)
  expect((await revoke(person, id)).status).toBe(204)
  expect(await problemOf(await exchange(token))).toMatchObject({ status: 401, code: 'auth.token_invalid' })
  expect(await auth.isEndedAtTheDoor(id)).toBe(true)
  expect(await listed(person)).toEqual([])
  expect((await revoke(person, id)).status).toBe(204)
})

test('what Redis lost of a revocation is said again', async () => {
  const person = await auth.register()
  const { id } = await created(person)
  await revoke(person, id)
  await auth.redis.del(`session:ended:${id}`)
  await reassertEndedSessions({ em: auth.forkEm(), endedSessions: auth.endedSessions, withinSeconds: 900 })
  expect(await auth.isEndedAtTheDoor(id)).toBe(true)
})

test('an expired token, an invented one, a mistyped one and other tokens are refused alike', async () => {
  const person = await auth.register()
  const { id, token } = await created(person)
  await auth.sql('update personal_token set expires_at = now() where id = ?', [id])
  const typo = `${token.slice(0, 10)}${token[10] === 'x' ? 'y' : 'x'}${token.slice(11)}`
  for (const bad of [token, typo, 'dgp_', `${token}x`, person.refreshToken]) {
    expect(await problemOf(await exchange(bad))).toMatchObject({ status: 401, code: 'auth.token_invalid' })
  }
  // What is exchanged never outlives what it is made from.
  await auth.sql("update personal_token set expires_at = now() + interval '20 seconds' where id = ?", [id])
  expect((await exchanged(token)).expiresIn).toBeLessThanOrEqual(20)
})

test('who has a signed-in device but not its password makes no token on it', async () => {
  const person = await auth.register()
  await auth.age(person)
  expect(await problemOf(await create(person))).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
})

test('one has fifty at most, however many are asked for at once', async () => {
  const person = await auth.register()
  const answers = await Promise.all(Array.from({ length: 55 }, () => create(person)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(50)
  expect(await problemOf(answers.find(({ status }) => status !== 201)!)).toMatchObject({
    status: 409,
    code: 'auth.too_many_tokens',
  })
})

test('asked for again with its key, the same token is answered, and made once', async () => {
  const person = await auth.register()
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const [one, again] = [await create(person, {}, headers), await create(person, {}, headers)]
  expect(await one.json()).toEqual(await again.json())
  expect(await listed(person)).toHaveLength(1)
})
