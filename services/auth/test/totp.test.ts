import type { Factors, SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resealTotp } from '../src/factor/reseal-totp.ts'
import { deriveTotpKeys } from '../src/seal.ts'
import { codeNow, factorsOf } from './factors.ts'
import { type Auth, createDatabase, password, problemOf, startAuth } from './system.ts'

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

async function listed(person: SignedIn): Promise<Factors> {
  return (await (await factors.request(person, 'GET', 'factors')).json()) as Factors
}

/** As if their address were confirmed, so that it gets news. */
async function settle({ user }: SignedIn): Promise<void> {
  await auth.sql('update account set email_key = ?, email_claim_key = null, email_verified_at = now() where id = ?', [
    user.email,
    user.id,
  ])
}

async function newsTo({ user }: SignedIn): Promise<string[]> {
  return (await auth.mails(user.email)).map(({ subject }) => subject)
}

test('an authenticator app counts when a code of it was given, and not before', async () => {
  const person = await auth.register()
  await settle(person)
  const { secret, uri } = await factors.post<{ secret: string; uri: string }>('totp', undefined, person.accessToken)
  expect(uri).toBe(`otpauth://totp/localhost:${person.user.username}?secret=${secret}&issuer=localhost`)
  expect(await listed(person)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
  await auth.login(person.user.username)

  const wrong = await factors.request(person, 'POST', 'totp/confirm', { code: codeNow(secret, 7) })
  expect(await problemOf(wrong)).toEqual({ status: 422, code: 'auth.code_wrong', pointers: ['#/code'] })
  await auth.login(person.user.username)

  const right = await factors.request(person, 'POST', 'totp/confirm', { code: codeNow(secret) })
  const { recoveryCodes } = (await right.json()) as { recoveryCodes: string[] }
  expect(recoveryCodes).toHaveLength(10)
  expect(await listed(person)).toMatchObject({ totp: { addedAt: expect.any(String) }, recoveryCodesLeft: 10 })
  expect((await factors.challenge(person)).methods).toEqual(['totp', 'recovery_code'])
  expect((await newsTo(person))[0]).toBe('An authenticator app was added')
})

test('nothing that was not begun can be confirmed', async () => {
  const answer = await factors.request(await auth.register(), 'POST', 'totp/confirm', { code: '123456' })
  expect(await problemOf(answer)).toMatchObject({ status: 409, code: 'auth.totp_not_begun' })
})

test('another app takes the place of the first when a code of it was given; recovery codes stay', async () => {
  const { person, secret } = await factors.withTotp()
  const next = await factors.post<{ secret: string }>('totp', undefined, person.accessToken)
  const { challenge } = await factors.challenge(person)
  expect((await factors.complete({ challenge, code: codeNow(secret) })).status).toBe(200)
  const confirmed = await factors.post('totp/confirm', { code: codeNow(next.secret) }, person.accessToken)
  expect(confirmed).toEqual({ recoveryCodes: null })
  await factors.nextCode(person)
  const again = await factors.challenge(person)
  expect((await factors.complete({ challenge: again.challenge, code: codeNow(secret) })).status).toBe(422)
  expect((await factors.complete({ challenge: again.challenge, code: codeNow(next.secret) })).status).toBe(200)
})

test('neither secrets nor recovery codes are stored in the clear', async () => {
  const { person, secret, recoveryCodes } = await factors.withTotp()
  const stored = JSON.stringify([
    await auth.sql('select to_jsonb(t) as row from totp t where account_id = ?', [person.user.id]),
    await auth.sql('select to_jsonb(t) as row from recovery_code t where account_id = ?', [person.user.id]),
  ])
  for (const form of [secret, ...recoveryCodes]) {
    for (const text of [form, form.replaceAll('-', '')]) {
      expect(stored).not.toContain(text)
      expect(stored).not.toContain(Buffer.from(text).toString('hex'))
    }
  }
})

test('the setting up, the removal and new recovery codes want a fresh session', async () => {
  const { person } = await factors.withTotp()
  await auth.age(person)
  for (const [method, path, body] of [
    ['POST', 'totp', undefined],
    ['POST', 'totp/confirm', { code: '123456' }],
    ['DELETE', 'totp', undefined],
    ['POST', 'recovery-codes', undefined],
  ] as const) {
    const answer = await factors.request(person, method, path, body)
    expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
  }
  expect(await listed(person)).toMatchObject({ totp: {}, recoveryCodesLeft: 10 })
})

test('after the removal the password is enough again, and recovery codes are gone', async () => {
  const { person } = await factors.withTotp()
  await settle(person)
  expect((await factors.request(person, 'DELETE', 'totp')).status).toBe(204)
  expect((await factors.request(person, 'DELETE', 'totp')).status).toBe(204)
  expect(await listed(person)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
  await auth.login(person.user.username)
  expect((await newsTo(person)).filter((subject) => subject.includes('removed'))).toHaveLength(1)
  const codes = await factors.request(person, 'POST', 'recovery-codes')
  expect(await problemOf(codes)).toMatchObject({ status: 409, code: 'auth.no_factor' })
})

test('new recovery codes void those of before', async () => {
  const { person, recoveryCodes } = await factors.withTotp()
  await settle(person)
  const made = await factors.post<{ recoveryCodes: string[] }>('recovery-codes', undefined, person.accessToken)
  expect(made.recoveryCodes).toHaveLength(10)
  const { challenge } = await factors.challenge(person)
  expect((await factors.complete({ challenge, code: recoveryCodes[0] })).status).toBe(422)
  expect((await factors.complete({ challenge, code: made.recoveryCodes[0] })).status).toBe(200)
  expect(await newsTo(person)).toEqual(expect.arrayContaining(['New recovery codes', 'A recovery code was used']))
})

test('secrets outlive a new SECRET_KEY, and are sealed under it so that the old one can go', async () => {
  const { person, secret } = await factors.withTotp()
  const secretKey = 'a-new-secret-key-of-more-than-32-characters'
  const { SECRET_KEY: previousSecretKey } = auth.config
  const signal = new AbortController().signal
  await resealTotp({
    em: auth.forkEm(),
    sealingKeys: deriveTotpKeys({ SECRET_KEY: secretKey, SECRET_KEY_PREVIOUS: previousSecretKey }),
    signal,
  })
  const next = await startAuth(database.url, { secretKey })
  const later = factorsOf(next)
  const { challenge } = await later.challenge(person)
  expect((await later.complete({ challenge, code: codeNow(secret) })).status).toBe(200)
  await next.close()
  // Back again, for the tests that follow.
  await resealTotp({
    em: auth.forkEm(),
    sealingKeys: deriveTotpKeys({ SECRET_KEY: previousSecretKey, SECRET_KEY_PREVIOUS: secretKey }),
    signal,
  })
})

test('where there is a second factor, the current password alone changes neither the password nor the address', async () => {
  const { person, secret } = await factors.withTotp()
  await auth.age(person)
  const changes = [
    ['PUT', 'password', { currentPassword: password, newPassword: 'balloon-over-paris' }],
    ['PUT', 'email', { currentPassword: password, newEmail: 'thief@example.org' }],
  ] as const
  for (const [method, path, body] of changes) {
    const answer = await factors.request(person, method, path, body)
    expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
  }
  expect(await auth.mails('thief@example.org')).toEqual([])
  expect((await factors.reauthenticate(person, { code: codeNow(secret) })).status).toBe(204)
  for (const [method, path, body] of changes.toReversed()) {
    expect((await factors.request(person, method, path, body)).status).toBeLessThan(300)
  }
})
