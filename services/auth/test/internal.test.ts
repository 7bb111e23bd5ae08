import { authInternal, exportSections, internalRoutes, OutboxEvent, personalDataInternal } from '@daguerre/contracts'
import { startRelay } from '@daguerre/kit/outbox'
import { fakeDapr, testConfig, waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { oauthOf } from './oauth.ts'
import { factorsOf } from './factors.ts'
import { type Auth, createDatabase, problemOf, sessionOf, startAuth } from './system.ts'

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

const nobody = '0199a0c4-7e00-7000-8000-00000000dead'

test('every internal route of auth in contracts is there, and only the sidecar may call it', async () => {
  const routes = internalRoutes.filter((route) => route.app === 'auth')
  expect(routes.map((route) => route.path).toSorted()).toEqual([
    '/internal/accounts',
    '/internal/jwks',
    '/internal/outbox',
    '/internal/personal-data',
    '/internal/roles',
    '/internal/sessions/freshness',
  ])
  for (const { path } of routes) {
    const body = {}
    expect(await problemOf(await auth.request('POST', path, { body })), path).toMatchObject({ status: 401 })
    const wrong = await auth.request('POST', path, { body, headers: { 'dapr-api-token': 'wrong' } })
    expect(wrong.status).toBe(401)
    expect((await auth.internal(path, body)).status).toBeOneOf([200, 422])
  }
})

test('the key set for services is the one that is published', async () => {
  const answer = await auth.internal('/internal/jwks', {})
  const set = authInternal.jwks.output.parse(await answer.json())
  expect(set).toEqual(await (await auth.request('GET', '/.well-known/jwks.json')).json())
})

test('accounts are found by id and by username in whatever form, each once, without what others must not see', async () => {
  const [louise, nadar] = [(await auth.register()).user, (await auth.register()).user]
  const answer = await auth.internal('/internal/accounts', {
    ids: [louise.id, nobody],
    usernames: [louise.username.toUpperCase(), nadar.username, 'nobody', 'no\0body', '\ud800', ''],
  })
  expect(answer.status).toBe(200)
  const { items } = (await answer.json()) as { items: unknown[] }
  function shown({ id, username, createdAt }: typeof louise) {
    return { id, username, createdAt }
  }
  expect(items).toHaveLength(2)
  expect(items).toEqual(expect.arrayContaining([shown(louise), shown(nadar)]))
  expect(await (await auth.internal('/internal/accounts', {})).json()).toEqual({ items: [] })
})

test('roles are told of the accounts that there are', async () => {
  const [louise, nadar] = [(await auth.register()).user, (await auth.register()).user]
  await auth.sql(`update account set role = 'moderator' where id = ?`, [nadar.id])
  const answer = await auth.internal('/internal/roles', { ids: [louise.id, nadar.id, nobody] })
  const { items } = authInternal.roles.output.parse(await answer.json())
  expect(new Map(items.map(({ id, role }) => [id, role]))).toEqual(
    new Map([
      [louise.id, 'member'],
      [nadar.id, 'moderator'],
    ]),
  )
  expect(await (await auth.internal('/internal/roles', { ids: [] })).json()).toEqual({ items: [] })
})

test.each<[string, unknown]>([
  ['an id that is none', { ids: ['louise'] }],
  ['too many ids', { ids: Array.from({ length: 101 }, () => nobody) }],
  ['an unknown field', { emails: [] }],
])('asking for accounts with %s is 422', async (_, body) => {
  expect((await auth.internal('/internal/accounts', body)).status).toBe(422)
})

test('the outbox is served oldest first, page by page, and holds what registered people were announced as', async () => {
  const people = [await auth.register(), await auth.register(), await auth.register()].map((person) => person.user)
  const seen: unknown[] = []
  let after: string | null = null
  do {
    const answer = await auth.internal('/internal/outbox', { from: '2020-01-01T00:00:00.000Z', after, limit: 2 })
    const page = (await answer.json()) as { items: unknown[]; next: string | null }
    seen.push(...page.items.map((item) => OutboxEvent.parse(item)))
    after = page.next
  } while (after)
  expect(seen.slice(-3)).toMatchObject(
    people.map((person) => ({ type: 'daguerre.account.registered.v1', subject: person.id, version: 1 })),
  )
})

test('a registration is published once it is committed, as a complete event', async () => {
  const dapr = fakeDapr({}, testConfig({ APP_ID: 'auth' }))
  const relay = startRelay({
    app: 'auth',
    url: database.url,
    publishBulk: (...call) => dapr.publishBulk(...call),
    log: auth.log,
  })
  const { user } = await auth.register()
  const event = await waitFor(() =>
    dapr.published.map((published) => published.event).find((published) => published['subject'] === user.id),
  )
  expect(event).toMatchObject({
    source: '/services/auth',
    type: 'daguerre.account.registered.v1',
    data: { userId: user.id, username: user.username },
  })
  await relay.stop()
})

test('whether somebody has lately said who they are, in a session: theirs and no other', async () => {
  async function freshness(userId: string, sessionId: string) {
    const answer = await auth.internal('/internal/sessions/freshness', { userId, sessionId })
    return authInternal.freshness.output.parse(await answer.json()).freshness
  }
  const [me, other] = [await auth.register(), await auth.register()]
  expect(await freshness(me.user.id, sessionOf(me))).toBe('fresh')
  expect(await freshness(me.user.id, sessionOf(other))).toBe('ended')
  await auth.age(me)
  expect(await freshness(me.user.id, sessionOf(me))).toBe('stale')
  await auth.request('POST', '/api/v1/auth/logout', { token: me.accessToken })
  expect(await freshness(me.user.id, sessionOf(me))).toBe('ended')
})

test('an export has the account and its sessions, page by page; nothing that is secret, nothing of others', async () => {
  const { user } = await auth.register()
  await auth.register()
  const [account] = await sectionOf('account', user.id)
  expect(account).toEqual(exportSections.account.item.parse(user))
  for (let nth = 0; nth < 2; nth++) await auth.login(user.username)
  const sessions = await sectionOf('sessions', user.id)
  expect(sessions).toHaveLength(3)
  expect(Object.keys(sessions[0] as object).toSorted()).toEqual(['createdAt', 'id', 'lastSeenAt', 'place', 'userAgent'])
})

test('an export has second factors by name and time, and no secret of them', async () => {
  const factors = factorsOf(auth)
  const { person } = await factors.withTotp()
  await factors.withPasskey(person)
  await factors.post('totp', undefined, (await auth.register()).accessToken)
  expect(await sectionOf('factors', person.user.id)).toEqual([
    { kind: 'totp', name: null, addedAt: expect.any(String), lastUsedAt: null },
    { kind: 'passkey', name: 'My key', addedAt: expect.any(String), lastUsedAt: null },
  ])
})

test('an export has the applications, page by page, and no token of them', async () => {
  const { user, accessToken } = await auth.register()
  for (const name of ['one', 'two', 'three']) {
    const body = { name, scopes: ['read'], expiresInDays: 1 }
    await factorsOf(auth).post('tokens', body, accessToken)
  }
  expect(await sectionOf('tokens', user.id)).toMatchObject(
    ['three', 'two', 'one'].map((name) => ({ name, scopes: ['read'], lastUsedAt: null })),
  )
})

test('an export has what somebody develops and what they let act for them, page by page, and no secret', async () => {
  const oauth = oauthOf(auth)
  const [developer, person] = [await auth.register(), await auth.register()]
  const applications = []
  for (const name of ['one', 'two', 'three']) applications.push(await oauth.application(developer, { name }))
  for (const application of applications) await oauth.tokens(person, application)
  const [one, two, three] = applications.map((application) => ({ ...application, secret: undefined }))
  expect(await sectionOf('applications', developer.user.id)).toEqual([three, two, one])
  expect(await sectionOf('grants', person.user.id)).toMatchObject(
    ['one', 'two', 'three'].map((application) => ({ application, scopes: ['read', 'post'] })),
  )
  expect(await sectionOf('grants', developer.user.id)).toEqual([])
})

async function sectionOf(
  section: 'account' | 'sessions' | 'factors' | 'tokens' | 'applications' | 'grants',
  userId: string,
): Promise<unknown[]> {
  const found: unknown[] = []
  let after: string | null = null
  do {
    const answer = await auth.internal('/internal/personal-data', { userId, section, after, limit: 2 })
    const page = personalDataInternal.auth.output.parse(await answer.json())
    found.push(...page.items.map((item) => z.strictObject(exportSections[section].item.shape).parse(item)))
    after = page.next
  } while (after !== null)
  return found
}
