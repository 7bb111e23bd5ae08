import type { SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { purgeSessions } from '../src/session/purge-sessions.ts'
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

async function refreshed(refreshToken: string): Promise<SignedIn> {
  const answer = await auth.refresh(refreshToken)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return (await answer.json()) as SignedIn
}

/** As if the token had been used long ago. */
async function passGrace(sessionId: string): Promise<void> {
  await auth.sql(`update refresh_token set used_at = used_at - interval '1 minute' where session_id = ?`, [sessionId])
}

test('a refresh answers new tokens of the same session, again and again', async () => {
  const first = await auth.register()
  const second = await refreshed(first.refreshToken)
  const third = await refreshed(second.refreshToken)
  expect(new Set([first, second, third].map((tokens) => tokens.refreshToken)).size).toBe(3)
  expect([second, third].map(sessionOf)).toEqual([sessionOf(first), sessionOf(first)])
  expect(third.user).toEqual(first.user)
  const me = await auth.request('GET', '/api/v1/auth/me', { token: third.accessToken })
  expect(await me.json()).toEqual(first.user)
})

test('who lost the answer and asks again gets the same successor, not a second one', async () => {
  const first = await auth.register()
  const lost = await refreshed(first.refreshToken)
  const again = await refreshed(first.refreshToken)
  expect(again.refreshToken).toBe(lost.refreshToken)
  expect((await refreshed(again.refreshToken)).refreshToken).not.toBe(again.refreshToken)
})

test('of eight refreshes at once with one token all get one and the same successor', async () => {
  const first = await auth.register()
  const second = await startAuth(database.url)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? auth : second).refresh(first.refreshToken)),
  )
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 200))
  const tokens = (await Promise.all(answers.map((answer) => answer.json()))) as SignedIn[]
  expect(new Set(tokens.map((answer) => answer.refreshToken)).size).toBe(1)
  expect(new Set(tokens.map(sessionOf))).toEqual(new Set([sessionOf(first)]))
  const rows = await auth.sql('select 1 from refresh_token where session_id = ?', [sessionOf(first)])
  expect(rows).toHaveLength(2)
  await refreshed(tokens[0]!.refreshToken)
  await second.close()
})

test('a token that comes again after its successor was used ends the family, at the door too', async () => {
  const first = await auth.register()
  const second = await refreshed(first.refreshToken)
  const third = await refreshed(second.refreshToken)
  expect(await auth.isEndedAtTheDoor(sessionOf(first))).toBe(false)
  expect(await problemOf(await auth.refresh(first.refreshToken))).toMatchObject({
    status: 401,
    code: 'auth.refresh_token_reused',
  })
  expect(await auth.isEndedAtTheDoor(sessionOf(first))).toBe(true)
  for (const { refreshToken } of [first, second, third]) {
    expect(await problemOf(await auth.refresh(refreshToken))).toMatchObject({ status: 401, code: 'auth.session_ended' })
  }
  const me = await auth.request('GET', '/api/v1/auth/me', { token: third.accessToken })
  expect(await problemOf(me)).toMatchObject({ status: 401, code: 'auth.session_ended' })
})

test('a token that comes again after the grace ends the family, although its successor was never used', async () => {
  const first = await auth.register()
  const second = await refreshed(first.refreshToken)
  await passGrace(sessionOf(first))
  expect((await problemOf(await auth.refresh(first.refreshToken))).code).toBe('auth.refresh_token_reused')
  expect((await problemOf(await auth.refresh(second.refreshToken))).code).toBe('auth.session_ended')
  expect(await auth.isEndedAtTheDoor(sessionOf(first))).toBe(true)
})

test('a thief who takes part within the grace is found out at the next refresh', async () => {
  const first = await auth.register()
  const owner = await refreshed(first.refreshToken)
  const thief = await refreshed(first.refreshToken)
  await refreshed(owner.refreshToken)
  await passGrace(sessionOf(first))
  expect((await problemOf(await auth.refresh(thief.refreshToken))).code).toBe('auth.refresh_token_reused')
})

test('the end of one session leaves the other sessions of the person', async () => {
  const first = await auth.register()
  const other = await auth.login(first.user.username)
  const second = await refreshed(first.refreshToken)
  await refreshed(second.refreshToken)
  expect((await auth.refresh(first.refreshToken)).status).toBe(401)
  expect(sessionOf(await refreshed(other.refreshToken))).toBe(sessionOf(other))
})

test('a refresh that meets the end of its session either comes before it or is refused, and the session is over', async () => {
  for (let round = 0; round < 10; round++) {
    const first = await auth.register()
    const [answer, logout] = await Promise.all([
      auth.refresh(first.refreshToken),
      auth.request('POST', '/api/v1/auth/logout', { token: first.accessToken }),
    ])
    expect(logout.status).toBe(204)
    expect(answer.status).toBeOneOf([200, 401])
    const { refreshToken } = (await answer.json()) as Partial<SignedIn>
    expect((await auth.refresh(refreshToken ?? first.refreshToken)).status).toBe(401)
    expect(await auth.isEndedAtTheDoor(sessionOf(first))).toBe(true)
  }
})

test('a token expires when nobody uses it', async () => {
  const first = await auth.register()
  await auth.sql(
    `with aged as (update session set expires_at = now() - interval '1 second' where id = ?)
     update refresh_token set expires_at = now() - interval '1 second' where session_id = ?`,
    [sessionOf(first), sessionOf(first)],
  )
  expect(await problemOf(await auth.refresh(first.refreshToken))).toMatchObject({
    status: 401,
    code: 'auth.refresh_token_expired',
  })
})

test.each([
  ['invented', `dgr_rt_${'A'.repeat(43)}`],
  ['of another form', 'x'],
  ['with a NUL', 'a\0b'],
  ['with a lone surrogate', '\ud800'],
  ['SQL', "' or 1=1 --"],
])('a token that is %s is 401', async (_, refreshToken) => {
  expect(await problemOf(await auth.refresh(refreshToken))).toMatchObject({
    status: 401,
    code: 'auth.refresh_token_invalid',
  })
})

test('an access token is no refresh token, and a refresh token no access token', async () => {
  const { accessToken, refreshToken } = await auth.register()
  expect((await auth.refresh(accessToken.slice(0, 400))).status).toBe(401)
  expect((await auth.request('GET', '/api/v1/auth/me', { token: refreshToken })).status).toBe(401)
})

test.each<[string, unknown, string]>([
  ['nothing', {}, '#/refreshToken'],
  ['a number', { refreshToken: 1 }, '#/refreshToken'],
  ['too much', { refreshToken: 'x'.repeat(501) }, '#/refreshToken'],
  ['an unknown field', { refreshToken: 'x', scope: 'all' }, '#/scope'],
])('a body with %s is 422', async (_, body, pointer) => {
  const problem = await problemOf(await auth.request('POST', '/api/v1/auth/refresh', { body }))
  expect(problem).toMatchObject({ status: 422, code: 'request.invalid' })
  expect(problem.pointers).toContain(pointer)
})

test('the successor in the database can be read with its predecessor alone, and goes when it is used', async () => {
  const first = await auth.register()
  const second = await refreshed(first.refreshToken)
  function sealed() {
    return auth.sql<{ sealed: Buffer }>(
      'select sealed_successor as sealed from refresh_token where session_id = ? and sealed_successor is not null',
      [sessionOf(first)],
    )
  }
  expect(await sealed()).toHaveLength(1)
  expect((await sealed())[0]!.sealed.includes(second.refreshToken)).toBe(false)
  await refreshed(second.refreshToken)
  expect(await sealed()).toHaveLength(1)
  await passGrace(sessionOf(first))
  await purgeSessions({
    em: auth.forkEm(),
    graceSeconds: 20,
    keptKeySeconds: 1020,
    signal: new AbortController().signal,
  })
  expect(await sealed()).toEqual([])
})

test('the purge removes what is over, and nothing that can still be used', async () => {
  const [live, ended, expired] = [await auth.register(), await auth.register(), await auth.register()]
  await auth.request('POST', '/api/v1/auth/logout', { token: ended.accessToken })
  await auth.sql(`update session set ended_at = now() - interval '2 days' where id = ?`, [sessionOf(ended)])
  await auth.sql(`update session set expires_at = now() - interval '2 days' where id = ?`, [sessionOf(expired)])
  await purgeSessions({
    em: auth.forkEm(),
    graceSeconds: 20,
    keptKeySeconds: 1020,
    signal: new AbortController().signal,
  })
  const ids = [live, ended, expired].map(sessionOf)
  expect(await auth.sql('select id from session where id = any(?)', [ids])).toEqual([{ id: sessionOf(live) }])
  await refreshed(live.refreshToken)
  expect((await auth.refresh(expired.refreshToken)).status).toBe(401)
})
