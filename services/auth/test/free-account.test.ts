import type { Role, SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factorsOf } from './factors.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
let factors: ReturnType<typeof factorsOf>
beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
  factors = factorsOf(auth)
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

async function holder(role: Role, made?: SignedIn): Promise<SignedIn> {
  const person = made ?? (await auth.register())
  await auth.sql('update account set role = ? where id = ?', [role, person.user.id])
  return (await (await auth.refresh(person.refreshToken)).json()) as SignedIn
}

function free(by: SignedIn, person: string) {
  const body = { reason: 'Called back' }
  return auth.request('POST', `/api/v1/admin/accounts/${person}/free`, { token: by.accessToken, body })
}

async function settled(person: SignedIn): Promise<void> {
  await auth.sql(
    `update account set email_key = coalesce(email_key, email_claim_key), email_claim_key = null, email_verified_at = now() where id = ?`,
    [person.user.id],
  )
}

test('who has lost all second factors is freed by an admin: the password opens the account, all sessions are over, and its owner is told', async () => {
  const admin = await holder('admin')
  const { person } = await factors.withTotp()
  await settled(person)
  await auth.mails(person.user.email)
  const body = { name: 'mine', scopes: ['read'], expiresInDays: 1 }
  expect((await auth.request('POST', '/api/v1/auth/tokens', { token: person.accessToken, body })).status).toBe(201)

  expect((await free(admin, person.user.username)).status).toBe(204)
  expect(await auth.isEndedAtTheDoor(sessionOf(person))).toBe(true)
  const tokens = await auth.sql('select 1 from personal_token where account_id = ? and revoked_at is null', [
    person.user.id,
  ])
  expect(tokens).toEqual([])
  const credentials = { login: person.user.username, password }
  expect((await auth.request('POST', '/api/v1/auth/login', { body: credentials })).status).toBe(200)
  const mails = await auth.mails(person.user.email)
  expect(mails.map(({ subject }) => subject)).toContain('Your second factors were removed')

  // There is none any more: nothing is ended, and nobody told, once more.
  const before = await auth.decisionsAbout(person.user.id)
  expect(before).toMatchObject([
    {
      actorId: admin.user.id,
      action: 'free_account',
      reason: 'Called back',
      before: { factors: ['totp', 'recovery_code'] },
      after: { factors: [] },
    },
  ])
  const again = await auth.login(person.user.username)
  expect((await free(admin, person.user.id)).status).toBe(204)
  expect(await auth.isEndedAtTheDoor(sessionOf(again))).toBe(false)
  expect(await auth.decisionsAbout(person.user.id)).toEqual(before)
})

test('nobody is freed by members, moderators, who was admin a moment ago, a session that is not fresh, or themselves', async () => {
  const { person } = await factors.withTotp()
  for (const role of ['member', 'moderator'] as const) {
    const { status, code } = await problemOf(await free(await holder(role), person.user.id))
    expect([role, status, code]).toEqual([role, 403, 'auth.scope_missing'])
  }
  const fallen = await holder('admin')
  await auth.sql(`update account set role = 'member' where id = ?`, [fallen.user.id])
  expect((await problemOf(await free(fallen, person.user.id))).code).toBe('auth.not_admin')

  const admin = await holder('admin')
  expect((await problemOf(await free(admin, admin.user.id))).code).toBe('auth.own_factors')
  expect((await problemOf(await free(admin, 'nobody_at_all'))).code).toBe('auth.account_not_found')
  await auth.sql(`update session set fresh_until = now() where account_id = ?`, [admin.user.id])
  expect((await problemOf(await free(admin, person.user.id))).code).toBe('auth.reauthentication_required')
  expect(await auth.sql('select 1 from totp where account_id = ?', [person.user.id])).toHaveLength(1)
})
