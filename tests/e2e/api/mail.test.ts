import { Account, SignedIn } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done, read, refused } from '../support/api.ts'
import { linkTo, mailsOf, mailTo, signUpWithLink } from '../support/mail.ts'
import { newAccount, signInAgain, signUp } from '../support/people.ts'

async function accepted(asked: ReturnType<ReturnType<typeof api>['post']>): Promise<void> {
  const { status, body } = await asked
  expect([status, body]).toEqual([202, undefined])
}

describe.concurrent('mail', () => {
  test('an address is confirmed by the link that was sent to it, which leads into the web app', async () => {
    const { person, token } = await signUpWithLink()
    expect((await read(Account, api(person).get('/api/v1/auth/me'))).emailVerified).toBe(false)
    const { text } = await mailTo(person, 'Confirm your e-mail address')
    expect(text).toContain(`${system.environment('auth')['PUBLIC_URL']}/verify-email?token=${token}`)
    await done(api().post('/api/v1/auth/verify-email', { token }))
    expect((await read(Account, api(person).get('/api/v1/auth/me'))).emailVerified).toBe(true)
    await refused(api().post('/api/v1/auth/verify-email', { token }), 410, 'auth.link_void')
  })

  test('a forgotten password is replaced by a link, once, and all sessions stop within a second', async () => {
    const here = await signUp()
    const elsewhere = await signInAgain(here)
    await accepted(api().post('/api/v1/auth/password-reset', { email: here.email }))
    const { path, token } = await linkTo(here, 'Choose a new password')
    expect(path).toBe('/reset-password')
    const password = 'a daguerreotype is a mirror'
    await done(api().post('/api/v1/auth/password-reset/confirm', { token, password }))
    for (const { accessToken } of [here, elsewhere]) {
      await waitFor(async () => (await api({ accessToken }).get('/api/v1/feed')).status === 401, { timeoutMs: 1000 })
    }
    await refused(api().post('/api/v1/auth/password-reset/confirm', { token, password }), 410, 'auth.link_void')
    const { email: login } = here
    await refused(api().post('/api/v1/auth/login', { login, password: here.password }), 401, 'auth.credentials_wrong')
    const { user } = await read(SignedIn, api().post('/api/v1/auth/login', { login, password }))
    expect(user).toMatchObject({ id: here.id, emailVerified: true })
    await mailTo(here, 'Your password was changed')
  })

  test('a reset for an address that nobody has is answered as any other, and nothing is sent', async () => {
    const nobody = newAccount()
    await accepted(api().post('/api/v1/auth/password-reset', { email: nobody.email }))
    const somebody = await signUp()
    await accepted(api().post('/api/v1/auth/password-reset', { email: somebody.email }))
    await mailTo(somebody, 'Choose a new password')
    expect(await mailsOf(nobody)).toEqual([])
  })

  test('who registers with an address that is taken is answered as any other, and its owner is told', async () => {
    const { person, token } = await signUpWithLink()
    await done(api().post('/api/v1/auth/verify-email', { token }))
    const second = { ...newAccount(), email: person.email }
    const { user } = await read(SignedIn, api().post('/api/v1/auth/register', second), 201)
    expect(user).toMatchObject({ email: person.email, emailVerified: false })
    const { text } = await mailTo(person, 'You have an account already')
    expect(text).toContain(`@${person.username}`)
    expect(text).not.toContain('token=')
    const { login, password } = { login: person.email, password: person.password }
    const own = await read(SignedIn, api().post('/api/v1/auth/login', { login, password }))
    expect(own.user.id).toBe(person.id)
  })

  test('a new address is used when it is confirmed, and the old one is told; so are sign-ins from what is new', async () => {
    const { person, token } = await signUpWithLink()
    await done(api().post('/api/v1/auth/verify-email', { token }))
    const { login, password } = { login: person.username, password: person.password }
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0' }
    await read(SignedIn, api().post('/api/v1/auth/login', { login, password }, { headers }))
    expect((await mailTo(person, 'A new sign-in')).text).toContain('Firefox on Linux')

    const { email: newEmail } = newAccount()
    await accepted(api(person).put('/api/v1/auth/email', { currentPassword: password, newEmail }))
    const link = await linkTo({ email: newEmail }, 'Confirm your e-mail address')
    await done(api().post('/api/v1/auth/verify-email', { token: link.token }))
    expect(await read(Account, api(person).get('/api/v1/auth/me'))).toMatchObject({ email: newEmail })
    await mailTo(person, 'Your e-mail address was changed')
  })

  test('no token of a mail is in a log', () => {
    expect(system.log('auth') + system.log('gateway')).not.toMatch(/dgr_ml_/)
  })
})
