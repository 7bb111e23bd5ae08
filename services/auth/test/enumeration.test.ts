import type { SignedIn } from '@daguerre/contracts'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { signIn } from '../src/session/sign-in.ts'
import { type Auth, createDatabase, password, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
let byApproval: Auth
let byInvitation: Auth
/** Of many uses. */
let invitation: string

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
  byApproval = await startAuth(database.url, { mail: true, rules: { REGISTRATION: 'approval' } })
  byInvitation = await startAuth(database.url, { mail: true, rules: { REGISTRATION: 'invitation' } })
  const admin = await auth.register()
  await auth.sql(`update account set role = 'admin' where id = ?`, [admin.user.id])
  const made = await post('/api/v1/auth/invitations', { mostUses: 100 }, admin.accessToken)
  invitation = ((await made.json()) as { code: string }).code
})
afterAll(async () => {
  await Promise.all([auth.close(), byApproval.close(), byInvitation.close()])
  await database.drop()
})

/** An address that belongs to somebody, whose name is not made from it: names are public, and an earlier client's is made from it. */
async function taken(): Promise<string> {
  const email = free()
  expect((await post('/api/v1/auth/register', { email, username: uniqueName(), password })).status).toBe(201)
  const { token } = linkIn((await auth.mails(email))[0]!)
  expect((await post('/api/v1/auth/verify-email', { token })).status).toBe(204)
  return email
}

function free(): string {
  return `${uniqueName()}@example.org`
}

/** All that a client sees, but for what is drawn or made anew each time: names and values of every part. */
async function seen(answer: Response): Promise<unknown> {
  const varies = new Set(['x-request-id', 'location', 'date', 'content-length', 'set-cookie'])
  const headers = [...answer.headers].map(([name, value]) => [name, varies.has(name) ? '' : value])
  const text = await answer.text()
  return { status: answer.status, headers, body: text === '' ? null : blank(JSON.parse(text)) }
}

function blank(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const drawn = new Set(['id', 'email', 'username', 'createdAt', 'accessToken', 'refreshToken', 'requestId'])
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, drawn.has(key) ? typeof inner : blank(inner)]),
  )
}

/** The statements of a request, in order. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  type Client = { query: (sql: string | { text: string }) => unknown }
  const connection = auth.orm.em.getConnection() as unknown as {
    getNativeClient(): Promise<{ Client: { prototype: Client } }>
  }
  const spy = vi.spyOn((await connection.getNativeClient()).Client.prototype, 'query')
  try {
    await work()
    return spy.mock.calls.map(([sent]) => (typeof sent === 'string' ? sent : sent.text))
  } finally {
    spy.mockRestore()
  }
}

function post(path: string, body: unknown, token?: string): Promise<Response> {
  return auth.request('POST', path, { body, ...(token !== undefined && { token }) })
}

const requests: [string, (email: string) => Promise<Response>][] = [
  ['registration', (email) => post('/api/v1/auth/register', { email, username: uniqueName(), password })],
  [
    'registration that waits for approval',
    (email) =>
      byApproval.request('POST', '/api/v1/auth/register', { body: { email, username: uniqueName(), password } }),
  ],
  [
    'registration by invitation',
    async (email) => {
      const body = { email, username: uniqueName(), password, invitation }
      return byInvitation.request('POST', '/api/v1/auth/register', { body })
    },
  ],
  ['registration by an earlier client', (email) => post('/auth/register', { email, password })],
  ['a sign-in', (email) => post('/api/v1/auth/login', { login: email, password: 'not-this-one' })],
  ['a sign-in by an earlier client', (email) => post('/auth/login', { email, password: 'not-this-one' })],
  ['a reset of the password', (email) => post('/api/v1/auth/password-reset', { email })],
  [
    'a change of address',
    async (newEmail) => {
      const { accessToken } = await auth.register()
      const body = { currentPassword: password, newEmail }
      return auth.request('PUT', '/api/v1/auth/email', { token: accessToken, body })
    },
  ],
]

test.each(requests)('%s is answered the same whether the address has an account or not', async (_, request) => {
  expect(await seen(await request(await taken()))).toEqual(await seen(await request(free())))
})

test.each(requests)('%s takes the same statements whether the address has an account or not', async (_, request) => {
  const [held, unknown] = [await taken(), free()]
  const asked = await statementsOf(() => request(held))
  expect(asked.length).toBeGreaterThan(0)
  expect(asked).toEqual(await statementsOf(() => request(unknown)))
})

test('the first who claims an address signs in by it also if it belongs to another, so that nothing is learnt by trying; its owner does too', async () => {
  const email = await taken()
  const own = 'a-password-of-my-own'
  const body = { email, username: uniqueName(), password: own }
  const claimant = (await (await post('/api/v1/auth/register', body)).json()) as SignedIn
  expect((await auth.login(email, own)).user.id).toBe(claimant.user.id)
  expect((await auth.login(email)).user.emailVerified).toBe(true)
})

test('who claims the address of another is not forgiven by the own password what was tried of theirs', async () => {
  const email = await taken()
  await post('/api/v1/auth/register', { email, username: uniqueName(), password: 'a-password-of-my-own' })
  for (let i = 0; i < 9; i++) await post('/api/v1/auth/login', { login: email, password: 'not-this-one' })
  await auth.login(email, 'a-password-of-my-own')
  await post('/api/v1/auth/login', { login: email, password: 'not-this-one' })
  expect((await post('/api/v1/auth/login', { login: email, password: 'not-this-one' })).status).toBe(429)
})

test('a sign-in by address verifies as many passwords whoever has it: nobody, one who claims it, its owner, or both', async () => {
  const claimed = await auth.register()
  const both = await taken()
  await post('/api/v1/auth/register', { email: both, username: uniqueName(), password })
  for (const login of [free(), claimed.user.email, both]) {
    let verified = 0
    const attempt = signIn(
      {
        em: auth.forkEm(),
        forkEm: auth.forkEm,
        log: auth.log,
        mail: auth.mail,
        place: null,
        accessTokens: { ...auth.accessTokens, issue: async () => 'token' },
        refreshTokenSeconds: 60,
        passwords: {
          hash: async () => '',
          async verify() {
            verified += 1
            return { right: false, outdated: false }
          },
        },
      },
      {
        login,
        password: 'not-this-one',
        userAgent: null,
        origin: { network: 'here', device: Buffer.from('a device') },
      },
    )
    await expect(attempt).rejects.toMatchObject({ status: 401 })
    expect([login, verified]).toEqual([login, 2])
  }
})
