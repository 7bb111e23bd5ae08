import type { SignedIn } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockAccount } from '../src/account/lock-account.ts'
import { lockSessions } from '../src/session/lock-sessions.ts'
import { requireFreshSession } from '../src/session/require-fresh-session.ts'
import { codeNow, factorsOf } from './factors.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth, viewerOf } from './system.ts'

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

function reauthenticate(person: SignedIn, body: unknown = { password }) {
  return auth.request('POST', '/api/v1/auth/reauthenticate', { token: person.accessToken, body })
}

/** What a verb that is dangerous does. */
function dangerous(person: SignedIn): Promise<void> {
  return auth.forkEm().transactional((tx) => requireFreshSession(tx, viewerOf(person)))
}

const required = { status: 403, code: 'auth.reauthentication_required' }

test('what is dangerous is open for ten minutes after a sign-in, and for ten after the password was said again', async () => {
  const person = await auth.register()
  for (const open of [
    async () => person,
    async () => ((await reauthenticate(person)).status === 204 ? person : null),
  ]) {
    expect(await open()).not.toBeNull()
    await dangerous(person)
    const [row] = await auth.sql<{ minutes: number }>(
      'select extract(epoch from fresh_until - now()) / 60 as minutes from session where id = ?',
      [sessionOf(person)],
    )
    expect(Number(row?.minutes)).toBeGreaterThan(9.5)
    expect(Number(row?.minutes)).toBeLessThanOrEqual(10)
    await auth.age(person)
    await expect(dangerous(person)).rejects.toMatchObject(required)
  }
})

test('neither a refresh of its tokens nor another session of the same person opens it', async () => {
  const person = await auth.register()
  await auth.age(person)
  const renewed = (await (await auth.refresh(person.refreshToken)).json()) as SignedIn
  await expect(dangerous(renewed)).rejects.toMatchObject(required)
  await auth.login(person.user.username)
  await expect(dangerous(renewed)).rejects.toMatchObject(required)
  expect((await reauthenticate(renewed)).status).toBe(204)
  // It is the session's, not the token's.
  await dangerous(person)
})

test('a session that was made before there was any of this is not fresh', async () => {
  const person = await auth.register()
  await auth.sql('update session set fresh_until = null where id = ?', [sessionOf(person)])
  await expect(dangerous(person)).rejects.toMatchObject(required)
})

test('a wrong password opens nothing, and is throttled as at the door', async () => {
  const person = await auth.register()
  await auth.age(person)
  for (let i = 0; i < 10; i++) {
    const problem = await problemOf(await reauthenticate(person, { password: 'not-this-one' }))
    expect(problem).toEqual({ status: 422, code: 'auth.current_password_wrong', pointers: ['#/password'] })
  }
  expect(await problemOf(await reauthenticate(person))).toMatchObject({ status: 429, code: 'auth.too_many_attempts' })
  await expect(dangerous(person)).rejects.toMatchObject(required)
})

test("neither an ended session nor somebody else's id is let through", async () => {
  const [person, other] = [await auth.register(), await auth.register()]
  await auth.request('POST', '/api/v1/auth/logout', { token: person.accessToken })
  expect(await problemOf(await reauthenticate(person))).toMatchObject({ status: 401, code: 'auth.session_ended' })
  await expect(dangerous(person)).rejects.toMatchObject({ status: 401, code: 'auth.session_ended' })
  const mixed = { ...viewerOf(other), id: person.user.id }
  await expect(auth.forkEm().transactional((tx) => requireFreshSession(tx, mixed))).rejects.toMatchObject({
    status: 401,
  })
})

test.each<[string, unknown, string]>([
  ['no password', {}, '#/password'],
  ['an empty one', { password: '' }, '#/password'],
  ['an unknown field', { password, until: 'tomorrow' }, '#/until'],
])('%s is refused by a problem that points to it', async (_, body, pointer) => {
  const problem = await problemOf(await reauthenticate(await auth.register(), body))
  expect(problem).toMatchObject({ status: 422, code: 'request.invalid', pointers: [pointer] })
})

test('without a token nobody is asked', async () => {
  const answer = await auth.request('POST', '/api/v1/auth/reauthenticate', { body: { password } })
  expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'auth.token_missing' })
})

test.each([
  [
    'who says again who they are, by a code',
    async (person: SignedIn, secret: string) => {
      expect((await factorsOf(auth).reauthenticate(person, { code: codeNow(secret) })).status).toBe(204)
    },
  ],
  [
    'who ends all sessions',
    async ({ user }: SignedIn) => {
      expect(await auth.forkEm().transactional((tx) => lockSessions(tx, user.id))).toHaveLength(1)
    },
  ],
])('%s waits for what is changed of the account before they hold anything of it: no deadlock', async (_who, act) => {
  const { person, secret } = await factorsOf(auth).withTotp()
  const acting = await auth.forkEm().transactional(async (tx) => {
    await lockAccount(tx, person.user.id)
    const begun = act(person, secret)
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await waitFor(async () => (await auth.sql(waiting)).length > 0)
    for (const table of ['totp', 'session']) {
      await query(tx, `select 1 from ${table} where account_id = ? for update nowait`, [person.user.id])
    }
    return { begun }
  })
  await acting.begun
})
