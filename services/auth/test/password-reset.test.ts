import type { SignedIn } from '@daguerre/contracts'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth
const newPassword = 'a-daguerreotype-is-a-mirror'

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

async function ask(email: string): Promise<void> {
  expect((await auth.request('POST', '/api/v1/auth/password-reset', { body: { email } })).status).toBe(202)
}

function reset(token: string, chosen = newPassword, headers: Record<string, string> = {}) {
  const body = { token, password: chosen }
  return auth.request('POST', '/api/v1/auth/password-reset/confirm', { body, headers })
}

async function askedFor(person: SignedIn): Promise<string> {
  await ask(person.user.email.toUpperCase())
  const mail = (await auth.mails(person.user.email)).find(({ subject }) => subject === 'Choose a new password')
  const { path, token } = linkIn(mail!)
  expect(path).toBe('/reset-password')
  return token
}

/** As if a minute had passed. */
async function waitAMinute(person: SignedIn): Promise<void> {
  await auth.sql(`update account_link set created_at = created_at - interval '61 seconds' where account_id = ?`, [
    person.user.id,
  ])
}

test('a reset gives another password, ends all sessions, proves the address and tells of it', async () => {
  const person = await auth.register()
  const elsewhere = await auth.login(person.user.username)
  const token = await askedFor(person)
  expect((await reset(token)).status).toBe(204)
  for (const one of [person, elsewhere]) {
    expect((await auth.refresh(one.refreshToken)).status).toBe(401)
    expect(await auth.isEndedAtTheDoor(sessionOf(one))).toBe(true)
  }
  expect(
    (await auth.request('POST', '/api/v1/auth/login', { body: { login: person.user.email, password } })).status,
  ).toBe(401)
  const again = await auth.login(person.user.email, newPassword)
  expect(again.user).toMatchObject({ id: person.user.id, emailVerified: true })
  expect((await auth.mails(person.user.email))[0]?.subject).toBe('Your password was changed')
})

test('a link works once, also when it is used twice at the same time', async () => {
  const person = await auth.register()
  const token = await askedFor(person)
  const answers = await Promise.all([reset(token, 'the-first-password'), reset(token, 'the-second-password')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 410])
  expect(await problemOf(await reset(token))).toMatchObject({ status: 410, code: 'auth.link_void' })
})

test('a reset whose answer was lost can be sent again with its Idempotency-Key', async () => {
  const token = await askedFor(await auth.register())
  const headers = { 'idempotency-key': crypto.randomUUID() }
  expect((await reset(token, newPassword, headers)).status).toBe(204)
  expect((await reset(token, newPassword, headers)).status).toBe(204)
})

test('a link works for 30 minutes', async () => {
  const person = await auth.register()
  const token = await askedFor(person)
  const [row] = await auth.sql<{ seconds: number }>(
    `select extract(epoch from expires_at - created_at)::int as seconds from account_link
      where account_id = ? and purpose = 'reset-password'`,
    [person.user.id],
  )
  expect(row?.seconds).toBe(1800)
  await auth.sql(`update account_link set expires_at = now() where account_id = ?`, [person.user.id])
  expect((await reset(token)).status).toBe(410)
  await auth.login(person.user.username)
})

test('a newer link voids the older, and a mailbox gets one a minute however often it is asked for', async () => {
  const person = await auth.register()
  const first = await askedFor(person)
  for (let i = 0; i < 5; i++) await ask(person.user.email)
  expect(await askedFor(person)).toBe(first)
  await waitAMinute(person)
  const second = await askedFor(person)
  expect(second).not.toBe(first)
  expect((await reset(first)).status).toBe(410)
  expect((await reset(second)).status).toBe(204)
})

test('a password that cannot be one does not use the link up', async () => {
  const token = await askedFor(await auth.register())
  expect(await problemOf(await reset(token, 'short'))).toMatchObject({ status: 422, code: 'request.invalid' })
  expect((await reset(token)).status).toBe(204)
})

test('a link to confirm an address resets no password, and the other way about', async () => {
  const person = await auth.register()
  const toConfirm = linkIn((await auth.mails(person.user.email))[0]!).token
  expect((await reset(toConfirm)).status).toBe(410)
  const toReset = await askedFor(person)
  const body = { token: toReset }
  expect((await auth.request('POST', '/api/v1/auth/verify-email', { body })).status).toBe(410)
})

test('a reset voids a change of address that was begun before', async () => {
  const person = await auth.register()
  const address = `${uniqueName()}@example.com`
  const body = { currentPassword: password, newEmail: address }
  await auth.request('PUT', '/api/v1/auth/email', { token: person.accessToken, body })
  const begun = linkIn((await auth.mails(address))[0]!).token
  expect((await reset(await askedFor(person))).status).toBe(204)
  expect((await auth.request('POST', '/api/v1/auth/verify-email', { body: { token: begun } })).status).toBe(410)
})

test('an address that nobody has gets no mail, and a late request none either', async () => {
  const nobody = `${uniqueName()}@example.org`
  await ask(nobody)
  expect(await auth.mails(nobody)).toEqual([])
  const person = await auth.register()
  await ask(person.user.email)
  await auth.sql(`update password_reset_request set requested_at = requested_at - interval '31 minutes'`)
  expect((await auth.mails(person.user.email)).map(({ subject }) => subject)).toEqual(['Confirm your e-mail address'])
  expect(await auth.sql('select 1 from password_reset_request')).toEqual([])
})

test('whatever is done to an account while its password is reset, nothing of before outlives it, and nothing waits for each other', async () => {
  for (let round = 0; round < 8; round++) {
    const person = await auth.register()
    const { email } = person.user
    const stolen = `${uniqueName()}@example.com`
    const begin = { token: person.accessToken, body: { currentPassword: password, newEmail: stolen } }
    const token = await askedFor(person)
    await waitAMinute(person)
    await ask(email)
    const [first, second, ...others] = await Promise.all([
      reset(token),
      reset(token, 'another-password'),
      auth.request('PUT', '/api/v1/auth/email', begin),
      auth.request('POST', '/api/v1/auth/verify-email/resend', { token: person.accessToken }),
      auth.request('PUT', '/api/v1/auth/email', begin),
      auth.sendMails(),
    ])
    for (const answer of [first, second, ...others]) expect(answer?.status ?? 0).toBeLessThan(500)
    const mails = await auth.mails(stolen)
    for (const mail of mails) {
      await auth.request('POST', '/api/v1/auth/verify-email', { body: { token: linkIn(mail).token } })
    }
    const [row] = await auth.sql<{ email: string; version: number }>(
      'select email, password_version as version from account where id = ?',
      [person.user.id],
    )
    // If the job was the first, there is a newer link, and nothing was reset.
    if (row?.version === 2) expect(row.email).toBe(email)
    else expect([first.status, second.status]).toEqual([410, 410])
  }
})
