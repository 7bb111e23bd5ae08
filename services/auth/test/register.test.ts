import type { SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, password, problemOf, startAuth, uniqueName } from './system.ts'

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

function register(body: unknown, headers: Record<string, string> = {}) {
  return auth.request('POST', '/api/v1/auth/register', { body, headers })
}

test('registering makes an account, signs in, and says so in the outbox in the same transaction', async () => {
  const name = uniqueName()
  const answer = await register({ email: `  ${name}@Example.ORG `, username: name.toUpperCase(), password })
  expect(answer.status).toBe(201)
  const body = (await answer.json()) as SignedIn
  expect(body.user).toMatchObject({ username: name, email: `${name}@Example.ORG` })
  expect(body.expiresIn).toBe(900)
  expect(answer.headers.get('location')).toBe(`/api/v1/users/${body.user.id}`)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await auth.verifier.verify(body.accessToken)).toMatchObject({ id: body.user.id, username: name })

  const events = await auth.sql<{ type: string; version: string; data: unknown; xid: string }>(
    'select type, version, data, xmin::text as xid from outbox where subject = ?',
    [body.user.id],
  )
  expect(events).toMatchObject([
    {
      type: 'daguerre.account.registered.v1',
      version: '1',
      data: { userId: body.user.id, username: name, registeredAt: body.user.createdAt },
    },
  ])
  const [account] = await auth.sql<{ xid: string; hash: string }>(
    'select xmin::text as xid, password_hash as hash from account where id = ?',
    [body.user.id],
  )
  expect(account?.xid).toBe(events[0]?.xid)
  expect(account?.hash).toMatch(/^\$argon2id\$/)
})

test('nothing that opens an account is stored: no token and no password', async () => {
  const { refreshToken, accessToken } = await auth.register()
  for (const table of ['account', 'session', 'refresh_token', 'outbox', 'idempotency_key']) {
    const text = JSON.stringify(await auth.sql(`select to_jsonb(t) as row from ${table} t`))
    expect(text).not.toContain(refreshToken)
    expect(text).not.toContain(Buffer.from(refreshToken).toString('hex'))
    expect(text).not.toContain(accessToken)
    expect(text).not.toContain(password)
  }
})

test('an address that differs by capitals alone is taken', async () => {
  const name = uniqueName()
  await auth.register({ username: name })
  const answer = await register({ email: `${name.toUpperCase()}@EXAMPLE.org`, username: uniqueName(), password })
  expect(await problemOf(answer)).toEqual({ status: 409, code: 'auth.email_taken', pointers: ['#/email'] })
})

test.each([
  ['louise', 'l0uise'],
  ['louise.d', 'LouiseD'],
  ['nadar_felix', 'nadar.fe1ix'],
  ['modern', 'modem'],
  ['talbot', 'ｔalbot'],
])('the name %s keeps its look-alike %s from being registered', async (name, lookAlike) => {
  const own = await createDatabase()
  const other = await startAuth(own.url)
  await other.register({ username: name })
  const answer = await other.request('POST', '/api/v1/auth/register', {
    body: { email: 'somebody.else@example.org', username: lookAlike, password },
  })
  expect(await problemOf(answer)).toEqual({ status: 409, code: 'auth.username_taken', pointers: ['#/username'] })
  await other.close()
  await own.drop()
})

test('when both are taken, both are named', async () => {
  const name = uniqueName()
  await auth.register({ username: name })
  const answer = await register({ email: `${name}@example.org`, username: name, password })
  expect((await problemOf(answer)).pointers).toEqual(['#/email', '#/username'])
})

test.each([
  ['the same person', (name: string) => ({ email: `${name}@example.org`, username: name })],
  ['one name with many addresses', (name: string, i: number) => ({ email: `${name}${i}@example.org`, username: name })],
  ['one address with many names', (name: string) => ({ email: `${name}@example.org`, username: uniqueName() })],
])('of twelve registrations at once of %s, one wins and the others get 409', async (_, input) => {
  const name = uniqueName()
  const answers = await Promise.all(Array.from({ length: 12 }, (__, i) => register({ ...input(name, i), password })))
  expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual([
    '201',
    ...Array.from({ length: 11 }, () => '409'),
  ])
  const [{ accounts } = { accounts: 0 }] = await auth.sql<{ accounts: number }>(
    'select count(*)::int as accounts from account where email_key like ?',
    [`${name}%`],
  )
  expect(accounts).toBe(1)
})

test('the same registration twice with one Idempotency-Key is one account and one answer', async () => {
  const name = uniqueName()
  const body = { email: `${name}@example.org`, username: name, password }
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const [first, second] = await Promise.all([register(body, headers), register(body, headers)])
  expect([first.status, second.status]).toEqual([201, 201])
  expect(await second.json()).toEqual(await first.json())
  const other = await register({ ...body, password: 'another password' }, headers)
  expect(await problemOf(other)).toMatchObject({ status: 422, code: 'idempotency.key_reused' })
})

test('a refused registration with an Idempotency-Key leaves nothing behind', async () => {
  const name = uniqueName()
  await auth.register({ username: name })
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const refused = await register({ email: `x${name}@example.org`, username: name, password }, headers)
  expect(refused.status).toBe(409)
  const corrected = await register({ email: `x${name}@example.org`, username: uniqueName(), password }, headers)
  expect(corrected.status).toBe(201)
})

test.each<[string, Record<string, unknown>, string]>([
  ['an unknown field', { admin: true }, '#/admin'],
  ['an address that is none', { email: 'louise' }, '#/email'],
  ['an address with a NUL', { email: 'lou\0ise@example.org' }, '#/email'],
  ['an address that is too long', { email: `${'a'.repeat(300)}@example.org` }, '#/email'],
  ['no address', { email: undefined }, '#/email'],
  ['an address of another type', { email: ['louise@example.org'] }, '#/email'],
  ['a name with a NUL', { username: 'lou\0ise' }, '#/username'],
  ['a name with a lone surrogate', { username: 'lou\ud800ise' }, '#/username'],
  ['a Cyrillic look-alike', { username: 'lоuise' }, '#/username'],
  ['a reserved name', { username: 'Admin' }, '#/username'],
  ['a name that looks like a reserved one', { username: 'supp0rt' }, '#/username'],
  ['a short name', { username: 'lo' }, '#/username'],
  ['a short password', { password: '1234567' }, '#/password'],
  ['a long password', { password: 'x'.repeat(201) }, '#/password'],
  ['a password with a lone surrogate', { password: 'silver-\udfff-copper' }, '#/password'],
])('%s is refused by a problem that points to it, and nothing is written', async (_, change, pointer) => {
  const name = uniqueName()
  const answer = await register({ email: `${name}@example.org`, username: name, password, ...change })
  const problem = await problemOf(answer)
  expect(problem).toMatchObject({ status: 422, code: 'request.invalid' })
  expect(problem.pointers).toContain(pointer)
  expect(await auth.sql('select 1 from account where username = ?', [name])).toEqual([])
})

test('malformed JSON, another content type and a body over the limit are refused', async () => {
  expect(await problemOf(await register('{"email":'))).toMatchObject({ status: 400, code: 'request.malformed_json' })
  expect((await register('email=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBeOneOf([
    415, 422,
  ])
  expect((await register({ email: 'x'.repeat(1_100_000) })).status).toBe(413)
})

test('a client of an earlier system registers by address and password, and gets a free name', async () => {
  const name = uniqueName()
  function earlier(email: string) {
    return auth.request('POST', '/auth/register', { body: { email, password } })
  }
  const first = await earlier(`${name}@example.org`)
  expect(first.status).toBe(201)
  const body = (await first.json()) as SignedIn
  expect(body.user.username).toBe(name)
  expect(body).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String), expiresIn: 900 })
  expect(first.headers.get('deprecation')).toMatch(/^@\d+$/)
  expect(first.headers.get('link')).toContain('</api/v1/auth/register>; rel="successor-version"')
  expect(first.headers.get('location')).toBe(`/api/v1/users/${body.user.id}`)

  const second = (await (await earlier(`${name}@example.com`)).json()) as SignedIn
  expect(second.user.username).toMatch(new RegExp(`^${name}_\\d+$`))
  expect(await problemOf(await earlier(`${name}@example.org`))).toMatchObject({ status: 409, code: 'auth.email_taken' })
  const unknown = await auth.request('POST', '/auth/register', { body: { email: 'a@b.org', password, username: name } })
  expect((await problemOf(unknown)).pointers).toEqual(['#/username'])
})

test('twelve people of earlier systems whose names would be the same all get one', async () => {
  const name = uniqueName()
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      auth.request('POST', '/auth/register', { body: { email: `${name}@host${i}.org`, password } }),
    ),
  )
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 12 }, () => 201))
})
