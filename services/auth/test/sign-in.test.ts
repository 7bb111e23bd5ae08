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

/** Who asks: from which address, and with which device, by the cookie that it keeps. */
function from(address: string, cookie = '') {
  return { 'x-forwarded-for': address, ...(cookie !== '' && { cookie }) }
}

function cookieOf(answer: Response): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** A hundred strangers, each from a network of their own, have tried a hundred passwords. */
async function besieged(name: string): Promise<void> {
  const statuses: number[] = []
  for (let i = 0; i < 100; i++) {
    statuses.push((await login({ login: name, password: `guess ${i}` }, from(`198.51.100.${i}`))).status)
  }
  expect(new Set(statuses)).toEqual(new Set([401]))
}

test('a stranger locks nobody out: neither a device that is known, nor whoever comes from elsewhere', async () => {
  const { user } = await auth.register()
  const known = cookieOf(await login({ login: user.username, password }, from('192.0.2.1')))
  for (let i = 0; i < 15; i++) await login({ login: user.username, password: 'wrong' }, from('203.0.113.9'))
  expect((await login({ login: user.username, password }, from('203.0.113.9'))).status).toBe(429)
  expect((await login({ login: user.username, password }, from('192.0.2.77'))).status).toBe(200)
  // Behind the same door as the stranger, too.
  expect((await login({ login: user.username, password }, from('203.0.113.9', known))).status).toBe(200)
  expect((await login({ login: user.email, password }, from('203.0.113.9', known))).status).toBe(200)
})

test('all strangers together have a hundred tries, then one in ten seconds; devices that are known go on', async () => {
  const { user } = await auth.register()
  const known = cookieOf(await login({ login: user.username, password }, from('192.0.2.1')))
  await besieged(user.username)
  // Who comes with a new device from a new place is a stranger: the limit of what can be told apart.
  const next = await login({ login: user.username, password }, from('192.0.2.200'))
  expect(await problemOf(next)).toMatchObject({ status: 429, code: 'auth.too_many_attempts' })
  expect(Number(next.headers.get('retry-after'))).toBeLessThanOrEqual(10)
  expect((await login({ login: user.username, password }, from('198.51.100.3', known))).status).toBe(200)
  // A right password forgives strangers nothing.
  expect((await login({ login: user.username, password: 'wrong' }, from('192.0.2.201'))).status).toBe(429)
})

test('a network is an address, or the half of an IPv6 one that a subscriber has', async () => {
  const name = uniqueName()
  for (let i = 0; i < 10; i++) await login({ login: name, password: 'wrong' }, from(`2001:db8:1:2::${i}`))
  expect((await login({ login: name, password: 'wrong' }, from('2001:db8:1:2:aaaa::1'))).status).toBe(429)
  expect((await login({ login: name, password: 'wrong' }, from('2001:db8:1:3::1'))).status).toBe(401)
})

test('a known device has ten tries of its own, and is known to the account alone that was signed in to with it', async () => {
  const [louise, nadar] = [await auth.register(), await auth.register()]
  const known = cookieOf(await login({ login: louise.user.username, password }, from('192.0.2.1')))
  await besieged(nadar.user.username)
  expect((await login({ login: nadar.user.username, password }, from('192.0.2.1', known))).status).toBe(429)
  const statuses: number[] = []
  for (let i = 0; i < 11; i++) {
    statuses.push((await login({ login: louise.user.username, password: 'wrong' }, from(`192.0.2.${i}`, known))).status)
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429])
})

test('a cookie that is invented, or changed, is a stranger’s', async () => {
  const { user } = await auth.register()
  const known = cookieOf(await login({ login: user.username, password }, from('192.0.2.1')))
  await besieged(user.username)
  const changed = known.slice(0, -3) + (known.endsWith('AAA') ? 'BBB' : 'AAA')
  for (const cookie of [changed, '__Host-daguerre-device=1', known.replace('__Host-', '')]) {
    expect((await login({ login: user.username, password }, from('192.0.2.1', cookie))).status).toBe(429)
  }
})

test('of many passwords that come at once, a right one does not get by the wrong ones before it', async () => {
  const { user } = await auth.register()
  const guesses = [...Array.from({ length: 40 }, (_, at) => `guess ${at}`), password]
  const answers = await Promise.all(
    guesses.map((guess) => login({ login: user.username, password: guess }, from('203.0.113.50'))),
  )
  expect(answers.at(-1)?.status).toBe(429)
})

test('the cookie of a device is for this host alone, and no script and no other site has it', async () => {
  const { user } = await auth.register()
  const cookie = (await login({ login: user.username, password })).headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^__Host-daguerre-device=dgr_dv_[\w-]{43};/)
  for (const part of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']) expect(cookie).toContain(part)
  const rows = await auth.sql('select encode(device, $$escape$$) as device from sign_in_device')
  expect(JSON.stringify(rows)).not.toContain('dgr_dv_')
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
      place: null,
      accessTokens: { ...auth.accessTokens, issue: async () => 'token' },
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
    { login: user.username, password, userAgent: null, origin: { network: 'here', device: Buffer.from('a device') } },
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
