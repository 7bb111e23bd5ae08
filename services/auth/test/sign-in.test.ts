import type { SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../src/session/sign-in.ts'
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

function login(body: unknown, headers: Record<string, string> = {}) {
  return auth.request('POST', '/api/v1/auth/login', { body, headers })
}

test('one signs in by username or e-mail address, in whatever capitals, under each of the three field names', async () => {
  const { user } = await auth.register()
  for (const name of [
    { login: user.username },
    { login: user.email.toUpperCase() },
    { email: user.email },
    { username: user.username.toUpperCase() },
    { login: ` ${user.email} ` },
  ]) {
    const answer = await login({ ...name, password })
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as SignedIn).user).toEqual(user)
  }
})

test('a wrong password and an account that does not exist get the same answer', async () => {
  const { user } = await auth.register()
  const wrong = await login({ login: user.username, password: 'not-this-one' })
  const unknown = await login({ login: uniqueName(), password: 'not-this-one' })
  async function strip(answer: Response) {
    return { ...((await answer.json()) as object), requestId: null }
  }
  expect(wrong.status).toBe(401)
  expect(unknown.status).toBe(401)
  const body = await strip(wrong)
  expect(body).toEqual(await strip(unknown))
  expect(body).toMatchObject({ code: 'auth.credentials_wrong' })
})

test('the password of another is not mine', async () => {
  const [louise, nadar] = [await auth.register(), await auth.register()]
  await auth.request('PUT', '/api/v1/auth/password', {
    token: nadar.accessToken,
    body: { currentPassword: password, newPassword: 'balloon-over-paris' },
  })
  expect((await login({ login: louise.user.username, password: 'balloon-over-paris' })).status).toBe(401)
})

test('after ten wrong passwords a name must wait some seconds, whether it has an account or not', async () => {
  const { user } = await auth.register()
  for (const name of [user.username, uniqueName()]) {
    const statuses: number[] = []
    for (let i = 0; i < 10; i++) statuses.push((await login({ login: name, password: 'wrong' })).status)
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 401))
    const answer = await login({ login: name, password: 'wrong' })
    expect(['8', '9', '10']).toContain(answer.headers.get('retry-after'))
    expect(await problemOf(answer)).toMatchObject({ status: 429, code: 'auth.too_many_attempts' })
  }
  // Waiting is enough, and a right password forgets the wrong ones.
  await auth.sql(`update sign_in_failure set drained_at = drained_at - interval '10 seconds'`)
  expect((await login({ login: user.username, password })).status).toBe(200)
  expect((await login({ login: user.username, password: 'wrong' })).status).toBe(401)
})

test('wrong passwords count also when they come with an Idempotency-Key', async () => {
  const name = uniqueName()
  for (let i = 0; i < 12; i++) {
    await login({ login: name, password: 'wrong' }, { 'idempotency-key': crypto.randomUUID() })
  }
  await expect.poll(async () => (await login({ login: name, password: 'wrong' })).status, { timeout: 5000 }).toBe(429)
})

test('right passwords are never throttled', async () => {
  const { user } = await auth.register()
  const answers = await Promise.all(Array.from({ length: 25 }, () => login({ login: user.username, password })))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
})

test('a hash of other parameters is made anew at the next sign-in, and the password stays', async () => {
  const { user } = await auth.register()
  const stronger = await startAuth(database.url, {
    passwordParameters: { memoryCost: 2048, timeCost: 2, parallelism: 1 },
  })
  await stronger.login(user.username)
  const [row] = await auth.sql<{ hash: string }>('select password_hash as hash from account where id = ?', [user.id])
  expect(row?.hash).toContain('m=2048,t=2,p=1')
  await stronger.login(user.username)
  await stronger.close()
})

test('a password that is changed while it is verified opens no session any more', async () => {
  const { user, accessToken } = await auth.register()
  const attempt = signIn(
    {
      em: auth.forkEm(),
      forkEm: auth.forkEm,
      log: auth.log,
      mail: null,
      accessTokens: { lifetimeSeconds: 900, issue: async () => 'token' },
      refreshTokenSeconds: 60,
      passwords: {
        hash: async () => '',
        async verify() {
          const changed = await auth.request('PUT', '/api/v1/auth/password', {
            token: accessToken,
            body: { currentPassword: password, newPassword: 'balloon-over-paris' },
          })
          expect(changed.status).toBe(204)
          return { right: true, outdated: false }
        },
      },
    },
    { login: user.username, password, userAgent: null },
  )
  await expect(attempt).rejects.toMatchObject({ status: 401, code: 'auth.credentials_wrong' })
})

test('an old or foreign Authorization header does not keep anybody from signing in', async () => {
  const { user, refreshToken } = await auth.register()
  const headers = { authorization: 'Bearer not.a.token' }
  expect((await login({ login: user.username, password }, headers)).status).toBe(200)
  const refreshed = await auth.request('POST', '/api/v1/auth/refresh', { body: { refreshToken }, headers })
  expect(refreshed.status).toBe(200)
})

test('with one Idempotency-Key the same sign-in is one session', async () => {
  const { user } = await auth.register()
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const body = { login: user.username, password }
  const first = (await (await login(body, headers)).json()) as SignedIn
  expect(await (await login(body, headers)).json()).toEqual(first)
  const [row] = await auth.sql('select count(*)::int as count from session where account_id = ?', [user.id])
  expect(row).toEqual({ count: 2 })
})

test.each<[string, unknown, string]>([
  ['no name', { password }, '#/login'],
  ['two names', { login: 'louise', email: 'louise@example.org', password }, '#/login'],
  ['no password', { login: 'louise' }, '#/password'],
  ['an unknown field', { login: 'louise', password, remember: true }, '#/remember'],
  ['a NUL in the name', { login: 'lou\0ise', password }, '#/login'],
  ['a lone surrogate in the name', { login: 'lou\ud83dise', password }, '#/login'],
  ['a lone surrogate in the password', { login: 'louise', password: '\udc00' }, '#/password'],
  ['a name that is too long', { login: 'x'.repeat(255), password }, '#/login'],
  ['a password that is too long', { login: 'louise', password: 'x'.repeat(1001) }, '#/password'],
  ['a name of another type', { login: 7, password }, '#/login'],
])('%s is refused by a problem that points to it', async (_, body, pointer) => {
  const problem = await problemOf(await login(body))
  expect(problem).toMatchObject({ status: 422, code: 'request.invalid' })
  expect(problem.pointers).toContain(pointer)
})

test('a client of an earlier system signs in by address and password', async () => {
  const { user } = await auth.register()
  const answer = await auth.request('POST', '/auth/login', { body: { email: user.email, password } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
  expect(answer.headers.get('link')).toContain('/api/v1/auth/login')
  expect(await answer.json()).toMatchObject({ user, expiresIn: 900 })
  const wrong = await auth.request('POST', '/auth/login', { body: { email: user.email, password: 'wrong' } })
  expect(await problemOf(wrong)).toMatchObject({ status: 401, code: 'auth.credentials_wrong' })
  const missing = await auth.request('POST', '/auth/login', { body: { password } })
  expect((await problemOf(missing)).pointers).toEqual(['#/email'])
})
