import type { Session } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import type { EndedSessions } from '../src/session/ended-sessions.ts'
import { reassertEndedSessions } from '../src/session/reassert-ended-sessions.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth } from './system.ts'

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

function withToken(method: string, path: string, token: string, body?: unknown) {
  return auth.request(method, path, { token, ...(body !== undefined && { body }) })
}

async function listed(token: string, query = ''): Promise<{ items: Session[]; nextCursor: string | null }> {
  const answer = await withToken('GET', `/api/v1/auth/sessions${query}`, token)
  expect(answer.status).toBe(200)
  return (await answer.json()) as { items: Session[]; nextCursor: string | null }
}

async function endReason(sessionId: string): Promise<string | null | undefined> {
  const [row] = await auth.sql<{ reason: string | null }>('select end_reason as reason from session where id = ?', [
    sessionId,
  ])
  return row?.reason
}

test('my account is what I registered, and nobody reads it without a token', async () => {
  const { user, accessToken } = await auth.register()
  expect(await (await withToken('GET', '/api/v1/auth/me', accessToken)).json()).toEqual(user)
  const anonymous = await auth.request('GET', '/api/v1/auth/me')
  expect(anonymous.headers.get('www-authenticate')).toContain('Bearer')
  expect(await problemOf(anonymous)).toMatchObject({ status: 401, code: 'auth.token_missing' })
})

test('signing out ends the session everywhere: refresh, PostgreSQL, and the door', async () => {
  const louise = await auth.register()
  expect((await withToken('POST', '/api/v1/auth/logout', louise.accessToken)).status).toBe(204)
  expect(await endReason(sessionOf(louise))).toBe('signed_out')
  expect(await auth.isEndedAtTheDoor(sessionOf(louise))).toBe(true)
  const ttl = await auth.redis.ttl(endedSessionKey(sessionOf(louise)))
  expect(ttl).toBeGreaterThanOrEqual(900)
  expect(ttl).toBeLessThanOrEqual(930)
  expect((await auth.refresh(louise.refreshToken)).status).toBe(401)
  for (const [method, path] of [
    ['GET', 'me'],
    ['POST', 'logout'],
    ['GET', 'sessions'],
    ['DELETE', 'sessions'],
    ['DELETE', `sessions/${sessionOf(louise)}`],
  ] as const) {
    const answer = await withToken(method, `/api/v1/auth/${path}`, louise.accessToken)
    expect(await problemOf(answer), path).toMatchObject({ status: 401, code: 'auth.session_ended' })
  }
  const change = await withToken('PUT', '/api/v1/auth/password', louise.accessToken, {
    currentPassword: password,
    newPassword: 'balloon-over-paris',
  })
  expect(await problemOf(change)).toMatchObject({ status: 401, code: 'auth.session_ended' })
})

test('sessions are listed newest first, with the device as it named itself, and only mine', async () => {
  const first = await auth.register({ userAgent: 'Camera/1.0 \u00a0 (daguerreotype)' })
  const second = await auth.login(first.user.username)
  await auth.register()
  const { items, nextCursor } = await listed(second.accessToken)
  expect(nextCursor).toBeNull()
  expect(items.map((item) => item.id)).toEqual([sessionOf(second), sessionOf(first)])
  expect(items.map((item) => item.current)).toEqual([true, false])
  expect(items[1]?.userAgent).toBe('Camera/1.0 (daguerreotype)')
  expect(items[0]?.userAgent).toBeNull()
})

test('a refresh is seen as the last time the session was seen', async () => {
  const louise = await auth.register()
  await auth.sql(`update session set last_seen_at = now() - interval '3 days' where id = ?`, [sessionOf(louise)])
  const before = Date.now() - 2000
  await auth.refresh(louise.refreshToken)
  const { items } = await listed(louise.accessToken)
  expect(Date.parse(items[0]!.lastSeenAt)).toBeGreaterThan(before)
})

test('sessions come in pages, each once, and cursors are mine alone', async () => {
  const louise = await auth.register()
  for (let i = 0; i < 4; i++) await auth.login(louise.user.username)
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const page = await listed(louise.accessToken, `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
    ids.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  } while (cursor)
  expect(ids).toHaveLength(5)
  expect(ids).toEqual(ids.toSorted().toReversed())

  const { nextCursor } = await listed(louise.accessToken, '?limit=2')
  const other = await auth.register()
  for (const invented of [nextCursor, 'x', 'AAAAAAAAAAAAAAAAAAAAAAAA']) {
    const answer = await withToken('GET', `/api/v1/auth/sessions?cursor=${invented}`, other.accessToken)
    expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'cursor.invalid' })
  }
})

test.each(['limit=0', 'limit=-1', 'limit=1000000000', 'limit=x', 'page=2', 'cursor='])(
  'the query %s is 422',
  async (query) => {
    const { accessToken } = await auth.register()
    const answer = await withToken('GET', `/api/v1/auth/sessions?${query}`, accessToken)
    expect(await problemOf(answer)).toMatchObject({ status: 422, code: 'request.invalid' })
  },
)

test('one of my sessions can be ended from another, however often', async () => {
  const phone = await auth.register()
  const desk = await auth.login(phone.user.username)
  for (let i = 0; i < 2; i++) {
    const answer = await withToken('DELETE', `/api/v1/auth/sessions/${sessionOf(phone)}`, desk.accessToken)
    expect(answer.status).toBe(204)
  }
  expect(await auth.isEndedAtTheDoor(sessionOf(phone))).toBe(true)
  expect(await auth.isEndedAtTheDoor(sessionOf(desk))).toBe(false)
  expect((await auth.refresh(phone.refreshToken)).status).toBe(401)
  expect((await listed(desk.accessToken)).items.map((item) => item.id)).toEqual([sessionOf(desk)])
})

test("somebody else's session, and one that never was, are 404 and stay as they are", async () => {
  const [louise, nadar] = [await auth.register(), await auth.register()]
  for (const id of [sessionOf(louise), crypto.randomUUID()]) {
    const answer = await withToken('DELETE', `/api/v1/auth/sessions/${id}`, nadar.accessToken)
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'auth.session_not_found' })
  }
  expect(await endReason(sessionOf(louise))).toBeNull()
  expect(await auth.isEndedAtTheDoor(sessionOf(louise))).toBe(false)
  const answer = await withToken('DELETE', '/api/v1/auth/sessions/1', nadar.accessToken)
  expect(await problemOf(answer)).toMatchObject({ status: 422 })
})

test('all other sessions can be ended at once; the one that asks and those of others stay', async () => {
  const stranger = await auth.register()
  const here = await auth.register()
  const others = [await auth.login(here.user.username), await auth.login(here.user.username)]
  for (let i = 0; i < 2; i++) {
    expect((await withToken('DELETE', '/api/v1/auth/sessions', here.accessToken)).status).toBe(204)
  }
  for (const other of others) {
    expect(await auth.isEndedAtTheDoor(sessionOf(other))).toBe(true)
    expect((await auth.refresh(other.refreshToken)).status).toBe(401)
  }
  for (const kept of [here, stranger]) {
    expect(await auth.isEndedAtTheDoor(sessionOf(kept))).toBe(false)
    expect((await auth.refresh(kept.refreshToken)).status).toBe(200)
  }
})

test('two sessions that end each other at once: one of them wins, nothing deadlocks', async () => {
  for (let round = 0; round < 5; round++) {
    const a = await auth.register()
    const b = await auth.login(a.user.username)
    const answers = await Promise.all(
      [a, b, a, b].map((who) => withToken('DELETE', '/api/v1/auth/sessions', who.accessToken)),
    )
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.every((status) => status === 204 || status === 401)).toBe(true)
    const reasons = [await endReason(sessionOf(a)), await endReason(sessionOf(b))]
    expect(reasons.map(String).toSorted()).toEqual(['ended', 'null'])
  }
})

test('a new password ends all other sessions, opens the door, and the old one does not', async () => {
  const here = await auth.register()
  const other = await auth.login(here.user.username)
  const change = await withToken('PUT', '/api/v1/auth/password', here.accessToken, {
    currentPassword: password,
    newPassword: 'balloon-over-paris',
  })
  expect(change.status).toBe(204)
  expect(await endReason(sessionOf(other))).toBe('password_changed')
  expect(await auth.isEndedAtTheDoor(sessionOf(other))).toBe(true)
  expect((await auth.refresh(other.refreshToken)).status).toBe(401)
  expect((await auth.refresh(here.refreshToken)).status).toBe(200)
  await expect(auth.login(here.user.username)).rejects.toThrow('401')
  await auth.login(here.user.username, 'balloon-over-paris')
})

test('without the current password nothing changes, and guessing it is slowed down', async () => {
  const here = await auth.register()
  const other = await auth.login(here.user.username)
  function change(currentPassword: string) {
    const body = { currentPassword, newPassword: 'balloon-over-paris' }
    return withToken('PUT', '/api/v1/auth/password', here.accessToken, body)
  }
  expect(await problemOf(await change('wrong'))).toEqual({
    status: 422,
    code: 'auth.current_password_wrong',
    pointers: ['#/currentPassword'],
  })
  expect(await endReason(sessionOf(other))).toBeNull()
  await auth.login(here.user.username)
  for (let i = 0; i < 9; i++) await change('wrong')
  expect(await problemOf(await change(password))).toMatchObject({ status: 429, code: 'auth.too_many_attempts' })
})

test('of two changes of the password at once one holds, the other is told that its current password is wrong', async () => {
  const here = await auth.register()
  function change(newPassword: string) {
    return withToken('PUT', '/api/v1/auth/password', here.accessToken, { currentPassword: password, newPassword })
  }
  const answers = await Promise.all([change('balloon-over-paris'), change('catacombs-by-magnesium')])
  expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual(['204', '422'])
})

test.each<[string, unknown, string, string?]>([
  ['a short new password', { currentPassword: password, newPassword: 'short' }, '#/newPassword'],
  ['no current password', { newPassword: 'balloon-over-paris' }, '#/currentPassword', 'auth.current_password_wrong'],
  ['an unknown field', { currentPassword: password, newPassword: 'balloon-over-paris', x: 1 }, '#/x'],
])('%s is refused by a problem that points to it', async (_, body, pointer, code = 'request.invalid') => {
  const { accessToken } = await auth.register()
  const problem = await problemOf(await withToken('PUT', '/api/v1/auth/password', accessToken, body))
  expect(problem).toMatchObject({ status: 422, code })
  expect(problem.pointers).toContain(pointer)
})

test('a crash between Redis and the commit leaves a session shut rather than an ended one open', async () => {
  const crashing = await startAuth(database.url, {
    endedSessions: (real): EndedSessions => ({
      ...real,
      async mark(sessionIds) {
        // What others see at the moment of the crash: the door is told, and nothing is committed yet.
        await real.mark(sessionIds)
        for (const id of sessionIds) {
          expect(await auth.isEndedAtTheDoor(id)).toBe(true)
          expect(await endReason(id)).toBeNull()
        }
        throw new Error('killed before the commit')
      },
    }),
  })
  const louise = await auth.register()
  const other = await auth.login(louise.user.username)
  const { accessToken: token } = louise
  const crashes: (() => Promise<Response>)[] = [
    () => crashing.request('DELETE', `/api/v1/auth/sessions/${sessionOf(other)}`, { token }),
    () => crashing.request('DELETE', '/api/v1/auth/sessions', { token }),
    () =>
      crashing.request('PUT', '/api/v1/auth/password', {
        token,
        body: { currentPassword: password, newPassword: 'balloon-over-paris' },
      }),
    () => crashing.request('POST', '/api/v1/auth/logout', { token: other.accessToken }),
  ]
  crashing.log.level = 'silent'
  for (const crash of crashes) {
    expect((await crash()).status).toBe(500)
    expect(await auth.isEndedAtTheDoor(sessionOf(other))).toBe(true)
    await auth.redis.del(endedSessionKey(sessionOf(other)))
  }
  // A revocation too.
  const second = (await (await auth.refresh(other.refreshToken)).json()) as { refreshToken: string }
  const third = (await (await auth.refresh(second.refreshToken)).json()) as { refreshToken: string }
  expect((await crashing.refresh(other.refreshToken)).status).toBe(500)
  expect(await auth.isEndedAtTheDoor(sessionOf(other))).toBe(true)
  // The end was never committed, so the next refresh opens the door again.
  expect((await auth.refresh(third.refreshToken)).status).toBe(200)
  expect(await auth.isEndedAtTheDoor(sessionOf(other))).toBe(false)
  await crashing.close()
})

test('without Redis a session ends all the same, and the job tells Redis when it is back', async () => {
  const lonely = await startAuth(database.url, { redisUrl: 'redis://127.0.0.1:1' })
  const louise = await auth.register()
  const from = performance.now()
  expect((await lonely.request('POST', '/api/v1/auth/logout', { token: louise.accessToken })).status).toBe(204)
  expect(performance.now() - from).toBeLessThan(2000)
  expect((await auth.refresh(louise.refreshToken)).status).toBe(401)
  expect(await auth.isEndedAtTheDoor(sessionOf(louise))).toBe(false)
  const withinSeconds = 915
  await reassertEndedSessions({ em: lonely.forkEm(), endedSessions: lonely.endedSessions, withinSeconds })
  expect(await auth.isEndedAtTheDoor(sessionOf(louise))).toBe(false)
  await reassertEndedSessions({ em: auth.forkEm(), endedSessions: auth.endedSessions, withinSeconds })
  await waitFor(() => auth.isEndedAtTheDoor(sessionOf(louise)))
  await lonely.close()
})

test('the job says again whatever ended within the life of a token, however many, and nothing older', async () => {
  const own = await createDatabase()
  const many = await startAuth(own.url)
  const louise = await many.register()
  await many.sql(
    `insert into session (id, account_id, expires_at, ended_at, end_reason)
     select gen_random_uuid(), ?, now(), now() - make_interval(secs => n % 7), 'ended' from generate_series(1, 12000) as n`,
    [louise.user.id],
  )
  await many.sql(
    `insert into session (id, account_id, expires_at, ended_at, end_reason)
     select gen_random_uuid(), ?, now(), now() - interval '20 minutes', 'ended' from generate_series(1, 10)`,
    [louise.user.id],
  )
  const marked = new Set<string>()
  const total = await reassertEndedSessions({
    em: many.forkEm(),
    withinSeconds: 915,
    endedSessions: {
      async mark(ids) {
        for (const id of ids) marked.add(id)
        return true
      },
      async clear() {},
    },
  })
  expect(total).toBe(12_000)
  expect(marked.size).toBe(12_000)
  await many.close()
  await own.drop()
})
