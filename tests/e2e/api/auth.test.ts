import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Account, Page, Session, SignedIn } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done, read, refused } from '../support/api.ts'
import { newAccount, type Person, signInAgain, signUp } from '../support/people.ts'

const run = promisify(execFile)
const cli = new URL('../../../tools/run/cli.ts', import.meta.url).pathname

describe.concurrent('accounts and sessions', () => {
  test('signing up answers 201 with the account, both tokens and where the person is', async () => {
    const account = newAccount('louise')
    const answer = await api().post('/api/v1/auth/register', account)
    const signedIn = await read(SignedIn, answer, 201)

    expect(signedIn.user).toMatchObject({ email: account.email, username: account.username })
    expect(signedIn.expiresIn).toBe(900)
    expect(answer.headers.get('location')).toBe(`/api/v1/users/${signedIn.user.id}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(decodeProtectedHeader(signedIn.accessToken)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(decodeJwt(signedIn.accessToken)).toMatchObject({ sub: signedIn.user.id, aud: 'daguerre' })
  })

  test('one signs in by e-mail address or by username, whatever the capitals', async () => {
    const { id, username, email, password } = await signUp()
    for (const name of [
      { login: username },
      { login: email },
      { email: email.toUpperCase() },
      { username: username.toUpperCase() },
    ]) {
      const { user } = await read(SignedIn, api().post('/api/v1/auth/login', { ...name, password }))
      expect(user.id).toBe(id)
    }
  })

  test('a wrong password and an unknown name get one and the same answer', async () => {
    const { username } = await signUp()
    const wrong = await refused(
      api().post('/api/v1/auth/login', { login: username, password: 'not this one' }),
      401,
      'auth.credentials_wrong',
    )
    const unknown = await refused(
      api().post('/api/v1/auth/login', { login: newAccount().username, password: 'not this one' }),
      401,
      'auth.credentials_wrong',
    )
    expect(unknown.detail).toBe(wrong.detail)
  })

  test('the own account is shown to its owner, and to nobody without a token', async () => {
    const person = await signUp()
    const account = await read(Account, api(person).get('/api/v1/auth/me'))
    expect(account).toMatchObject({ id: person.id, email: person.email, username: person.username })
    await refused(api().get('/api/v1/auth/me'), 401, 'auth.token_missing')
  })

  test('a refresh token is exchanged once; the new pair works', async () => {
    const person = await signUp()
    const next = await read(SignedIn, api().post('/api/v1/auth/refresh', { refreshToken: person.refreshToken }))
    expect(next.refreshToken).not.toBe(person.refreshToken)
    expect(next.user.id).toBe(person.id)
    expect((await api(next).get('/api/v1/auth/me')).status).toBe(200)
    const third = await read(SignedIn, api().post('/api/v1/auth/refresh', { refreshToken: next.refreshToken }))
    expect(third.refreshToken).not.toBe(next.refreshToken)
  })

  test('an old refresh token that comes back ends the whole family', async () => {
    const person = await signUp()
    const second = await read(SignedIn, api().post('/api/v1/auth/refresh', { refreshToken: person.refreshToken }))
    const third = await read(SignedIn, api().post('/api/v1/auth/refresh', { refreshToken: second.refreshToken }))

    await refused(
      api().post('/api/v1/auth/refresh', { refreshToken: person.refreshToken }),
      401,
      'auth.refresh_token_reused',
    )
    await stopsWithinASecond(third)
    expect((await api().post('/api/v1/auth/refresh', { refreshToken: third.refreshToken })).status).toBe(401)
  })

  test('signing out stops the access token at the gateway within a second', async () => {
    const person = await signUp()
    await done(api(person).post('/api/v1/auth/logout'))
    await stopsWithinASecond(person)
    expect((await api().post('/api/v1/auth/refresh', { refreshToken: person.refreshToken })).status).toBe(401)
  })

  test('sessions are listed newest first, page by page, and the one that asks is marked', async () => {
    const phone = await signUp()
    const laptop = await signInAgain(phone)
    const first = await read(Page(Session), api(laptop).get('/api/v1/auth/sessions?limit=1'))
    const rest = await read(Page(Session), api(laptop).get(`/api/v1/auth/sessions?cursor=${first.nextCursor}`))
    expect(first.items.map(({ current }) => current)).toEqual([true])
    expect(rest.items.map(({ current }) => current)).toEqual([false])
    expect(rest.nextCursor).toBeNull()
    expect(first.items[0]?.id).toBe(decodeJwt(laptop.accessToken)['sid'])
  })

  test('another session can be ended, however often, and stops within a second; this one goes on', async () => {
    const phone = await signUp()
    const laptop = await signInAgain(phone)
    const phoneSession = decodeJwt(phone.accessToken)['sid'] as string
    await done(api(laptop).delete(`/api/v1/auth/sessions/${phoneSession}`))
    await stopsWithinASecond(phone)
    await done(api(laptop).delete(`/api/v1/auth/sessions/${phoneSession}`))
    expect((await api(laptop).get('/api/v1/auth/me')).status).toBe(200)
  })

  test('all other sessions can be ended at once', async () => {
    const here = await signUp()
    const others = [await signInAgain(here), await signInAgain(here)]
    await done(api(here).delete('/api/v1/auth/sessions'))
    for (const other of others) await stopsWithinASecond(other)
    const { items } = await read(Page(Session), api(here).get('/api/v1/auth/sessions'))
    expect(items.map(({ current }) => current)).toEqual([true])
  })

  test('a new password replaces the old one and ends the other sessions', async () => {
    const here = await signUp()
    const elsewhere = await signInAgain(here)
    const newPassword = 'a daguerreotype is a mirror'
    await done(api(here).put('/api/v1/auth/password', { currentPassword: here.password, newPassword }))
    await stopsWithinASecond(elsewhere)
    expect((await api(here).get('/api/v1/auth/me')).status).toBe(200)
    const { username } = here
    expect((await api().post('/api/v1/auth/login', { username, password: here.password })).status).toBe(401)
    await read(SignedIn, api().post('/api/v1/auth/login', { username, password: newPassword }))
  })
})

describe('signing keys', () => {
  let person: Person
  let before: string[]

  beforeAll(async () => {
    person = await signUp()
    before = await publishedKeys()
  })

  test('a rotated key is published before it signs, and tokens of the old one go on working', async () => {
    await run(process.execPath, [cli, 'rotate-keys'], { env: system.commandEnvironment() })
    // Another instance reads it a moment later, long before it signs.
    const after = await waitFor(
      async () => {
        const keys = await publishedKeys()
        return keys.length > before.length && keys
      },
      { what: 'the new key is published', timeoutMs: 10_000, intervalMs: 200 },
    )
    expect(after).toHaveLength(before.length + 1)
    expect(after).toEqual(expect.arrayContaining(before))
    const added = after.find((kid) => !before.includes(kid))

    // KEY_PUBLICATION_SECONDS must pass before the new key signs.
    const renewed = await waitFor(
      async () => {
        const again = await signInAgain(person)
        return decodeProtectedHeader(again.accessToken).kid === added && again
      },
      { what: 'the new key signs', timeoutMs: 60_000, intervalMs: 500 },
    )
    for (const caller of [renewed, person]) {
      expect((await api(caller).get('/api/v1/auth/me')).status).toBe(200)
      expect((await api(caller).get('/api/v1/users/me')).status).toBe(200)
    }
  })
})

async function publishedKeys(): Promise<string[]> {
  const { body, headers } = await api().get<{ keys: { kid: string; d?: string }[] }>('/.well-known/jwks.json')
  expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
  expect(body.keys.filter(({ d }) => d !== undefined)).toEqual([])
  return body.keys.map(({ kid }) => kid)
}

async function stopsWithinASecond(caller: { accessToken: string }): Promise<void> {
  await waitFor(async () => (await api(caller).get('/api/v1/feed')).status === 401, {
    what: 'the access token is refused',
    timeoutMs: 1000,
  })
}
