import { type Sanction, type Suspension, events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { asSidecar, cloudEvent, testConfig } from '@daguerre/kit/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factorsOf } from './factors.ts'
import { type Auth, createDatabase, password, sessionOf, startAuth } from './system.ts'

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

async function tell(userId: string, version: number, state: Sanction, until: string | null = null) {
  const data = { userId, state, until, reason: 'Spam', actId: newId() }
  const event = cloudEvent('moderation', makeEvent(events.accountModerated, { subject: userId, version, data }))
  const answer = await auth.request('POST', '/events/moderation', { body: event, headers: asSidecar(testConfig()) })
  expect(await answer.json()).toEqual({ status: 'SUCCESS' })
  return data.actId
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}

async function signIn(login: string, typed = password) {
  const answer = await auth.request('POST', '/api/v1/auth/login', { body: { login, password: typed } })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test('a suspension ends all sessions at the door, and says until when and why to who knows the password, or has a token', async () => {
  const louise = await auth.register()
  const second = await auth.login(louise.user.username)
  const until = inSeconds(3600)
  const actId = await tell(louise.user.id, 1, 'suspended', until)
  for (const one of [louise, second]) expect(await auth.isEndedAtTheDoor(sessionOf(one))).toBe(true)
  const refused = { code: 'auth.account_suspended', suspension: { until, reason: 'Spam', actId } }
  expect(await signIn(louise.user.username)).toMatchObject({ status: 403, body: refused })
  const refreshed = await auth.refresh(second.refreshToken)
  expect([refreshed.status, await refreshed.json()]).toMatchObject([403, refused])
  // Who does not know the password learns nothing of it.
  const { status, body } = await signIn(louise.user.username, 'not-the-password')
  expect([status, body['code'], JSON.stringify(body).includes('Spam')]).toEqual([401, 'auth.credentials_wrong', false])
})

test('who is suspended and proves who they are has a token to take along what is theirs, for as long as they are suspended', async () => {
  const louise = await auth.register()
  const actId = await tell(louise.user.id, 1, 'suspended', inSeconds(3600))
  const { suspension } = (await signIn(louise.user.username)).body as { suspension: Suspension }
  const { sub, sid, scope, exp, iat } = decodeJwt(suspension.exportToken ?? '')
  expect({ sub, sid, scope }).toEqual({ sub: louise.user.id, sid: actId, scope: 'export' })
  expect(exp! - iat!).toBe(900)
  // An old refresh token proves nothing any more.
  const refreshed = (await (await auth.refresh(louise.refreshToken)).json()) as { suspension: Suspension }
  expect(refreshed.suspension).toEqual({ until: suspension.until, reason: 'Spam', actId })
  // It opens nothing of the account.
  for (const path of ['me', 'sessions', 'tokens']) {
    const answer = await auth.request('GET', `/api/v1/auth/${path}`, { token: suspension.exportToken! })
    expect([path, answer.status]).toEqual([path, 403])
  }
  async function freshness(userId: string) {
    return (await auth.internal('/internal/sessions/freshness', { userId, sessionId: actId })).json()
  }
  expect(await freshness(louise.user.id)).toEqual({ freshness: 'fresh' })
  expect(await freshness((await auth.register()).user.id)).toEqual({ freshness: 'ended' })
  await tell(louise.user.id, 2, 'open')
  expect(await freshness(louise.user.id)).toEqual({ freshness: 'ended' })
})

test('a code that has proved who somebody is is used up, although they are not let in', async () => {
  const factors = factorsOf(auth)
  const { person, recoveryCodes } = await factors.withTotp()
  await tell(person.user.id, 1, 'banned')
  async function complete() {
    const { challenge } = await factors.challenge(person)
    const answer = await factors.complete({ challenge, code: recoveryCodes[0] })
    return (await answer.json()) as { code: string; suspension?: Suspension }
  }
  const first = await complete()
  expect([first.code, first.suspension?.exportToken]).toEqual(['auth.account_suspended', expect.any(String)])
  expect((await complete()).code).toBe('auth.code_wrong')
})

test('a suspension revokes the tokens of applications: none is exchanged, and what was exchanged ends at the door', async () => {
  const { user, accessToken } = await auth.register()
  const body = { name: 'Printer', scopes: ['read'], expiresInDays: 30 }
  const made = await auth.request('POST', '/api/v1/auth/tokens', { token: accessToken, body })
  const { id, token } = (await made.json()) as { id: string; token: string }
  async function exchange() {
    return (await auth.request('POST', '/api/v1/auth/tokens/exchange', { body: { token } })).status
  }
  expect(await exchange()).toBe(200)
  await tell(user.id, 1, 'suspended', inSeconds(3600))
  expect([await exchange(), await auth.isEndedAtTheDoor(id)]).toEqual([401, true])
  // As sessions do not, they do not come back.
  await tell(user.id, 2, 'open')
  expect(await exchange()).toBe(401)
})

test('of an account that is gone nothing is kept', async () => {
  const userId = newId()
  await tell(userId, 1, 'banned')
  expect(await auth.sql('select 1 from account_standing where account_id = ?', [userId])).toEqual([])
})

test('lifting lets them in again; of what is told the newest holds, in whatever order and however often it comes', async () => {
  const { user } = await auth.register()
  await tell(user.id, 2, 'open')
  await tell(user.id, 1, 'banned')
  expect((await signIn(user.username)).status).toBe(200)
  await tell(user.id, 3, 'banned')
  await tell(user.id, 3, 'banned')
  expect(await signIn(user.username)).toMatchObject({ status: 403, body: { suspension: { until: null } } })
  await tell(user.id, 4, 'open')
  const signedIn = await auth.login(user.username)
  await tell(user.id, 3, 'banned')
  expect(await auth.isEndedAtTheDoor(sessionOf(signedIn))).toBe(false)
})

test('a suspension ends by itself, although nobody tells', async () => {
  const { user } = await auth.register()
  await tell(user.id, 1, 'suspended', inSeconds(-1))
  expect((await signIn(user.username)).status).toBe(200)
})

test('who signs in while a suspension comes has no session after it', async () => {
  for (let times = 0; times < 4; times++) {
    const { user } = await auth.register()
    const tries = Array.from({ length: 4 }, () => signIn(user.username))
    await tell(user.id, 1, 'banned')
    const tried = await Promise.all(tries)
    expect(tried.map(({ status }) => status).every((status) => status === 200 || status === 403)).toBe(true)
    const live = await auth.sql('select 1 from session where account_id = ? and ended_at is null', [user.id])
    expect(live).toEqual([])
  }
})
