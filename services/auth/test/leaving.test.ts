import { type AccountDeletion, events, type SignedIn } from '@daguerre/contracts'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { findText } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, password, sessionOf, startAuth, uniqueName } from './system.ts'

const account = '/api/v1/auth/account'
let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
let atOnce: Auth
beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
  atOnce = await startAuth(database.url, { mail: true, graceDays: 0 })
})
afterAll(async () => {
  await auth.close()
  await atOnce.close()
  await database.drop()
})

async function leave(person: SignedIn, from = auth): Promise<Date> {
  const answer = await from.request('DELETE', account, { token: person.accessToken })
  expect(answer.status).toBe(202)
  return new Date(((await answer.json()) as AccountDeletion).deletionAt)
}

/** As after so many days of the grace. */
function pass(person: SignedIn, days: number) {
  return auth.sql('update account set deletion_due_at = deletion_due_at - make_interval(days => ?) where id = ?', [
    days,
    person.user.id,
  ])
}

async function told({ user }: SignedIn) {
  return auth.sql<{ type: string; version: number }>(
    'select type, version::int as version from outbox where subject = ? order by version',
    [user.id],
  )
}

/** With a settled address, to which news go. */
async function settled(): Promise<SignedIn> {
  const person = await auth.register()
  await auth.sql(
    `update account set email_key = coalesce(email_key, email_claim_key), email_claim_key = null, email_verified_at = now() where id = ?`,
    [person.user.id],
  )
  await auth.mails(person.user.email)
  return person
}

async function subjects(person: SignedIn): Promise<string[]> {
  return (await auth.mails(person.user.email)).map(({ subject }) => subject)
}

test('asking for it ends all sessions, says when, and tells the owner once; nothing is deleted yet', async () => {
  const person = await settled()
  const other = await auth.login(person.user.username)
  const deletionAt = await leave(person)
  expect(Math.round((deletionAt.getTime() - Date.now()) / 86_400_000)).toBe(30)
  for (const each of [person, other]) {
    expect(await auth.isEndedAtTheDoor(sessionOf(each))).toBe(true)
    expect((await auth.refresh(each.refreshToken)).status).toBe(401)
  }
  await auth.deleteDue()
  const again = await auth.login(person.user.username)
  expect(again.user.deletionAt).toBe(deletionAt.toISOString())
  expect((await told(person)).map(({ type }) => type)).toEqual([
    events.accountRegistered.type,
    events.accountClosed.type,
  ])
  expect((await subjects(person)).filter((subject) => subject === 'Your account will be deleted')).toHaveLength(1)
  // Asked again, the time stays.
  expect(await leave(again)).toEqual(deletionAt)
})

test('a session that has not lately said who it is cannot ask for it', async () => {
  const person = await auth.register()
  await auth.age(person)
  const refused = await auth.request('DELETE', account, { token: person.accessToken })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    403,
    'auth.reauthentication_required',
  ])
  expect((await auth.request('DELETE', account)).status).toBe(401)
  expect((await auth.login(person.user.username)).user.deletionAt).toBeNull()
})

test('within the grace it is taken back by signing in, and everything is as it was', async () => {
  const person = await settled()
  await leave(person)
  await pass(person, 29)
  const back = await auth.login(person.user.username)
  const token = back.accessToken
  for (const _ of [1, 2]) expect((await auth.request('DELETE', `${account}/deletion`, { token })).status).toBe(204)
  await auth.deleteDue()
  expect((await auth.login(person.user.username)).user.deletionAt).toBeNull()
  expect((await told(person)).map(({ type, version }) => [type, version])).toEqual([
    [events.accountRegistered.type, 1],
    [events.accountClosed.type, 2],
    [events.accountReopened.type, 3],
  ])
  expect((await auth.request('DELETE', `${account}/deletion`)).status).toBe(401)
  // Begun anew, it has all its days again.
  const deletionAt = await leave(await auth.login(person.user.username))
  expect(Math.round((deletionAt.getTime() - Date.now()) / 86_400_000)).toBe(30)
})

test('three days before the end its owner is reminded, once', async () => {
  const person = await settled()
  await leave(person)
  await auth.deleteDue()
  expect(await subjects(person)).not.toContain('Your account is about to be deleted')
  await pass(person, 28)
  await Promise.all([auth.deleteDue(), atOnce.deleteDue()])
  await auth.deleteDue()
  const reminders = (await subjects(person)).filter((subject) => subject === 'Your account is about to be deleted')
  expect(reminders).toHaveLength(1)
})

test('after the grace nothing of them is in any table but that their name is taken; all are told, once', async () => {
  const key = { 'idempotency-key': uniqueName() }
  const username = uniqueName()
  const body = { email: `${username}@example.org`, username, password }
  const registered = await auth.request('POST', '/api/v1/auth/register', { body, headers: key })
  const person = (await registered.json()) as SignedIn
  await auth.request('POST', '/api/v1/auth/password-reset', { body: { email: body.email } })
  await leave(person)
  await pass(person, 30)
  const grace = await auth.login(username)
  await Promise.all([auth.deleteDue(), atOnce.deleteDue()])
  await eraseForgotten(auth.forkEm())
  await auth.sendMails()

  expect(await findText(auth.orm, username)).toEqual([])
  expect(new Set((await findText(auth.orm, person.user.id)).map(({ table }) => table))).toEqual(
    new Set(['forgotten', 'outbox']),
  )
  expect((await told(person)).map(({ type, version }) => [type, version])).toEqual([[events.accountDeleted.type, 3]])
  expect(await auth.isEndedAtTheDoor(sessionOf(grace))).toBe(true)
  expect((await auth.request('POST', '/api/v1/auth/login', { body: { login: username, password } })).status).toBe(401)
  expect((await auth.request('GET', '/api/v1/auth/me', { token: grace.accessToken })).status).toBe(401)

  const again = await auth.request('POST', '/api/v1/auth/register', { body, headers: key })
  expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'idempotency.gone'])
  for (const taken of [username, username.toUpperCase()]) {
    const refused = await auth.request('POST', '/api/v1/auth/register', { body: { ...body, username: taken } })
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([409, 'auth.username_taken'])
  }
  // The address is free.
  const other = { ...body, username: uniqueName() }
  expect((await auth.request('POST', '/api/v1/auth/register', { body: other })).status).toBe(201)
})

test('without grace it is deleted at the next turn, with no mail that nobody could act on', async () => {
  const person = await settled()
  await leave(person, atOnce)
  await atOnce.deleteDue()
  await eraseForgotten(auth.forkEm())
  expect(await findText(auth.orm, person.user.username)).toEqual([])
  expect(await subjects(person)).not.toContain('Your account will be deleted')
})

test('taking it back and the end at the same moment: one of both, wholly', async () => {
  for (let round = 0; round < 5; round++) {
    const person = await auth.register()
    await leave(person)
    const back = await auth.login(person.user.username)
    await pass(person, 30)
    const [answer] = await Promise.all([
      auth.request('DELETE', `${account}/deletion`, { token: back.accessToken }),
      auth.deleteDue(),
    ])
    const types = (await told(person)).map(({ type }) => type)
    const stays = answer.status === 204
    expect(types.includes(events.accountDeleted.type)).toBe(!stays)
    expect(types.includes(events.accountReopened.type)).toBe(stays)
    const login = await auth.request('POST', '/api/v1/auth/login', { body: { login: person.user.username, password } })
    expect(login.status).toBe(stays ? 200 : 401)
  }
})

test('one account that cannot be deleted holds up no other', async () => {
  const [stuck, next] = [await auth.register(), await auth.register()]
  const sessions = new Set([sessionOf(stuck)])
  const lonely = await startAuth(database.url, {
    graceDays: 0,
    endedSessions: (real) => ({ ...real, mark: async (ids) => !ids.some((id) => sessions.has(id)) && real.mark(ids) }),
  })
  try {
    for (const person of [stuck, next]) await leave(person, lonely)
    await expect(lonely.deleteDue()).rejects.toThrow('1 of 2 are not deleted yet')
    expect(await told(next)).toContainEqual(expect.objectContaining({ type: events.accountDeleted.type }))
    expect(await told(stuck)).not.toContainEqual(expect.objectContaining({ type: events.accountDeleted.type }))
    await atOnce.deleteDue()
    expect(await told(stuck)).toContainEqual(expect.objectContaining({ type: events.accountDeleted.type }))
  } finally {
    await lonely.close()
  }
})

test('nothing is deleted while Redis does not take that the sessions have ended: nobody could say it later', async () => {
  let isAway = true
  const lonely = await startAuth(database.url, {
    graceDays: 0,
    endedSessions: (real) => ({ ...real, mark: async (ids) => !isAway && (await real.mark(ids)) }),
  })
  try {
    const person = await lonely.register()
    await leave(person, lonely)
    await expect(lonely.deleteDue()).rejects.toThrow('not deleted yet')
    expect(await told(person)).not.toContainEqual(expect.objectContaining({ type: events.accountDeleted.type }))
    expect(await auth.sql('select 1 from session where account_id = ?', [person.user.id])).toHaveLength(1)
    isAway = false
    await lonely.deleteDue()
    expect(await told(person)).toContainEqual(expect.objectContaining({ type: events.accountDeleted.type }))
    expect(await auth.isEndedAtTheDoor(sessionOf(person))).toBe(true)
  } finally {
    await lonely.close()
  }
})
