import type { Role, SignedIn } from '@daguerre/contracts'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

function scopesOf({ accessToken }: SignedIn): string[] | undefined {
  return (decodeJwt(accessToken)['scope'] as string | undefined)?.split(' ')
}

async function refreshed(signedIn: SignedIn): Promise<SignedIn> {
  return (await (await auth.refresh(signedIn.refreshToken)).json()) as SignedIn
}

async function give(person: SignedIn, role: Role): Promise<void> {
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
}

test("a member's tokens say nothing of scopes, and those of moderators and admins what their role adds", async () => {
  const person = await auth.register()
  expect(person.user.role).toBe('member')
  expect(scopesOf(person)).toBeUndefined()
  expect(scopesOf(await auth.login(person.user.username))).toBeUndefined()

  await give(person, 'moderator')
  const moderator = await refreshed(person)
  expect(moderator.user.role).toBe('moderator')
  expect(scopesOf(moderator)).toEqual([...ordinaryScopes, 'moderate'])

  await give(person, 'admin')
  for (const admin of [await refreshed(moderator), await auth.login(person.user.username)]) {
    expect(admin.user.role).toBe('admin')
    expect(scopesOf(admin)).toEqual([...ordinaryScopes, 'moderate', 'admin'])
    const me = await auth.request('GET', '/api/v1/auth/me', { token: admin.accessToken })
    expect(await me.json()).toMatchObject({ role: 'admin' })
  }
})

async function adminOf(person?: SignedIn): Promise<SignedIn> {
  const made = person ?? (await auth.register())
  await give(made, 'admin')
  return refreshed(made)
}

function change(admin: SignedIn, person: string, role: unknown) {
  return auth.request('PUT', `/api/v1/admin/roles/${person}`, {
    token: admin.accessToken,
    body: { role, reason: 'For a test' },
  })
}

test('an admin gives roles by id or username, and sees who has one', async () => {
  const [admin, person] = [await adminOf(), await auth.register()]
  const { id, username } = person.user
  const answer = await change(admin, id, 'moderator')
  expect([answer.status, await answer.json()]).toEqual([200, { id, username, role: 'moderator' }])
  expect((await change(admin, username.toUpperCase(), 'admin')).status).toBe(200)
  expect(scopesOf(await refreshed(person))).toContain('admin')
  const listed = await auth.request('GET', '/api/v1/admin/roles?limit=100', { token: admin.accessToken })
  const { items } = (await listed.json()) as { items: object[] }
  expect(items).toContainEqual({ id, username, role: 'admin' })
  expect(items).toContainEqual({ id: admin.user.id, username: admin.user.username, role: 'admin' })
  expect(items.some((item) => 'role' in item && item.role === 'member')).toBe(false)
})

test('the audit log is told who gave which role to whom and why, once for each change', async () => {
  const [admin, person] = [await adminOf(), await auth.register()]
  for (const role of ['moderator', 'moderator', 'member']) await change(admin, person.user.id, role)
  const of = { userId: person.user.id, actorId: admin.user.id, action: 'change_role', reason: 'For a test' }
  expect(await auth.decisionsAbout(person.user.id)).toMatchObject([
    { ...of, before: { role: 'member' }, after: { role: 'moderator' } },
    { ...of, before: { role: 'moderator' }, after: { role: 'member' } },
  ])
  for (const body of [{ role: 'member' }, { role: 'member', reason: '' }, { role: 'member', reason: ' '.repeat(9) }]) {
    const path = `/api/v1/admin/roles/${person.user.id}`
    const answer = await auth.request('PUT', path, { token: admin.accessToken, body })
    expect((await problemOf(answer)).pointers).toEqual(['#/reason'])
  }
})

test('who falls has no session left, so that no token of theirs is good for what they may not do', async () => {
  const [admin, person] = [await adminOf(), await auth.register()]
  await change(admin, person.user.id, 'moderator')
  const [here, there] = [await refreshed(person), await auth.login(person.user.username)]
  expect(await auth.isEndedAtTheDoor(sessionOf(here))).toBe(false)
  expect((await change(admin, person.user.id, 'member')).status).toBe(200)
  for (const signedIn of [here, there]) {
    expect(await auth.isEndedAtTheDoor(sessionOf(signedIn))).toBe(true)
    expect((await auth.refresh(signedIn.refreshToken)).status).toBe(401)
  }
  expect(scopesOf(await auth.login(person.user.username))).toBeUndefined()
})

test('of a refresh, a sign-in and a fall at once, no token comes that is good for more and that passes the door', async () => {
  const admin = await adminOf()
  for (let round = 0; round < 8; round++) {
    const person = await adminOf()
    const [, again, anew] = await Promise.all([
      change(admin, person.user.id, 'member'),
      auth.refresh(person.refreshToken),
      auth.request('POST', '/api/v1/auth/login', { body: { login: person.user.username, password } }),
    ])
    for (const answer of [again, anew]) {
      if (answer.status !== 200) continue
      const signedIn = (await answer.json()) as SignedIn
      const passes = !(await auth.isEndedAtTheDoor(sessionOf(signedIn)))
      expect(passes && scopesOf(signedIn) !== undefined).toBe(false)
    }
  }
})

test('a role is not given by members, moderators, who was admin a moment ago, and sessions that are not fresh', async () => {
  const [admin, moderator, person] = [await adminOf(), await auth.register(), await auth.register()]
  await give(moderator, 'moderator')
  for (const nobody of [person, await refreshed(moderator)]) {
    expect(await problemOf(await change(nobody, nobody.user.id, 'admin'))).toMatchObject({
      status: 403,
      code: 'auth.scope_missing',
    })
    const list = await auth.request('GET', '/api/v1/admin/roles', { token: nobody.accessToken })
    expect(await problemOf(list)).toMatchObject({ status: 403, code: 'auth.scope_missing' })
  }
  await auth.sql('update session set fresh_until = null where id = ?', [sessionOf(admin)])
  expect(await problemOf(await change(admin, person.user.id, 'admin'))).toMatchObject({
    status: 403,
    code: 'auth.reauthentication_required',
  })
  // As if the end of the role had not come to the door yet.
  await give(admin, 'member')
  expect(await problemOf(await change(admin, person.user.id, 'admin'))).toMatchObject({
    status: 403,
    code: 'auth.not_admin',
  })
  expect((await auth.login(person.user.username)).user.role).toBe('member')
})

test('the last admin stays, also when two take it from each other at once', async () => {
  await auth.sql("update account set role = 'member'")
  const [one, other] = [await adminOf(), await adminOf()]
  const answers = await Promise.all([change(one, other.user.id, 'member'), change(other, one.user.id, 'moderator')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403])
  const last = answers[0].status === 200 ? one : other
  expect(await problemOf(await change(last, last.user.id, 'moderator'))).toMatchObject({
    status: 409,
    code: 'auth.last_admin',
  })
  expect((await change(last, last.user.username, 'admin')).status).toBe(200)
})

test('what is not there, and what is no role, is refused', async () => {
  const admin = await adminOf()
  expect(await problemOf(await change(admin, 'nobody.of.this.name', 'admin'))).toMatchObject({
    status: 404,
    code: 'auth.account_not_found',
  })
  expect(await problemOf(await change(admin, '0199a0c4-7e00-7000-8000-000000000001', 'admin'))).toMatchObject({
    status: 404,
  })
  expect(await problemOf(await change(admin, admin.user.id, 'owner'))).toMatchObject({
    status: 422,
    pointers: ['#/role'],
  })
})

async function link(): Promise<string | null> {
  const answer = await auth.internal('/internal/first-admin', undefined)
  return ((await answer.json()) as { link: string | null }).link
}

function open(person: SignedIn, url: string | null) {
  const token = new URL(url ?? '').searchParams.get('token')
  return auth.request('POST', '/api/v1/auth/first-admin', { token: person.accessToken, body: { token } })
}

test('whoever opens the link of the start signed in is admin from the next token on; it works once, for one', async () => {
  await auth.sql("update account set role = 'member'")
  const [url, another] = [await link(), await link()]
  expect(url).toMatch(/^http:\/\/localhost:8080\/first-admin\?token=dgr_fa_[\w-]{43}$/)
  expect(
    (await auth.sql('select * from first_admin_link')).some((row) => JSON.stringify(row).includes('dgr_fa_')),
  ).toBe(false)
  const people = await Promise.all(Array.from({ length: 5 }, () => auth.register()))
  const answers = await Promise.all(people.map((person, at) => open(person, at % 2 === 0 ? url : another)))
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 410)).toHaveLength(4)
  const [{ id }] = (await auth.sql<{ id: string }>("select id from account where role = 'admin'")) as [{ id: string }]
  const admin = people[answers.findIndex(({ status }) => status === 204)]!
  expect(admin.user.id).toBe(id)
  expect(scopesOf(await refreshed(admin))).toContain('admin')
  expect(await link()).toBeNull()
})

test('a link of before does not work where there is an admin, nor one that has expired, nor an invented one', async () => {
  await auth.sql("update account set role = 'member'")
  const [url, late, person] = [await link(), await link(), await auth.register()]
  const tokenHash = "hash = sha256(convert_to(?, 'UTF8'))"
  const lateToken = new URL(late!).searchParams.get('token')
  await auth.sql(`update first_admin_link set expires_at = now() where ${tokenHash}`, [lateToken])
  for (const void_ of [late, 'http://localhost/?token=dgr_fa_invented', `${url}x`]) {
    expect(await problemOf(await open(person, void_))).toMatchObject({ status: 410, code: 'auth.link_void' })
  }
  await adminOf()
  expect(await problemOf(await open(person, url))).toMatchObject({ status: 409, code: 'auth.admin_exists' })
})

test('the link needs somebody whose session holds', async () => {
  await auth.sql("update account set role = 'member'")
  const [url, person] = [await link(), await auth.register()]
  await auth.request('POST', '/api/v1/auth/logout', { token: person.accessToken })
  expect(await problemOf(await open(person, url))).toMatchObject({ status: 401, code: 'auth.session_ended' })
  expect((await open(await auth.register(), url)).status).toBe(204)
})
