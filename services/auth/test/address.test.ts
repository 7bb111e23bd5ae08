import type { Account, SignedIn } from '@daguerre/contracts'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Auth, createDatabase, password, problemOf, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let auth: Auth

beforeAll(async () => {
  database = await createDatabase()
  auth = await startAuth(database.url, { mail: true })
})
afterAll(async () => {
  await auth.close()
  await database.drop()
})

async function me(person: SignedIn): Promise<Account> {
  const answer = await auth.request('GET', '/api/v1/auth/me', { token: person.accessToken })
  return (await answer.json()) as Account
}

function confirm(token: string) {
  return auth.request('POST', '/api/v1/auth/verify-email', { body: { token } })
}

function changeAddress(person: SignedIn, newEmail: string, currentPassword = password) {
  return auth.request('PUT', '/api/v1/auth/email', { token: person.accessToken, body: { currentPassword, newEmail } })
}

async function subjectsTo(address: string): Promise<string[]> {
  return (await auth.mails(address)).map(({ subject }) => subject)
}

async function linkTo(address: string) {
  const [mail] = await auth.mails(address)
  return linkIn(mail!)
}

/** Somebody whose address is confirmed. */
async function settled(): Promise<SignedIn> {
  const person = await auth.register()
  await confirm((await linkTo(person.user.email)).token)
  return person
}

test('an address is verified when its link is used, once', async () => {
  const person = await auth.register()
  expect(person.user.emailVerified).toBe(false)
  const { path, token } = await linkTo(person.user.email)
  expect(path).toBe('/verify-email')
  expect((await confirm(token)).status).toBe(204)
  expect((await me(person)).emailVerified).toBe(true)
  expect(await problemOf(await confirm(token))).toMatchObject({ status: 410, code: 'auth.link_void' })
})

test('the mail that asks to confirm an address is written with the account or not at all', async () => {
  const { user } = await auth.register()
  const [row] = await auth.sql(
    `select account.xmin::text = job.xmin::text as "isSame" from account
       join mail_job job on job.account_id = account.id where account.id = ?`,
    [user.id],
  )
  expect(row).toEqual({ isSame: true })
})

test('a link that has expired opens nothing, nor does any other text', async () => {
  const { user } = await auth.register()
  const { token } = await linkTo(user.email)
  await auth.sql(`update account_link set expires_at = now() where account_id = ?`, [user.id])
  for (const text of [token, 'x', `${token}x`]) {
    expect(await problemOf(await confirm(text))).toMatchObject({ status: 410, code: 'auth.link_void' })
  }
})

test('a link that is sent again voids the one before', async () => {
  const person = await auth.register()
  const first = await linkTo(person.user.email)
  const again = await auth.request('POST', '/api/v1/auth/verify-email/resend', { token: person.accessToken })
  expect(again.status).toBe(202)
  const second = await linkTo(person.user.email)
  expect((await confirm(first.token)).status).toBe(410)
  expect((await confirm(second.token)).status).toBe(204)
  await auth.request('POST', '/api/v1/auth/verify-email/resend', { token: person.accessToken })
  expect(await subjectsTo(person.user.email)).toHaveLength(2)
})

test('neither links nor their tokens are stored in the clear', async () => {
  const { user } = await auth.register()
  const stored = JSON.stringify([
    await auth.sql('select to_jsonb(t) as row from mail_job t where account_id = ?', [user.id]),
    await auth.sql('select to_jsonb(t) as row from account_link t where account_id = ?', [user.id]),
  ])
  const { token } = await linkTo(user.email)
  for (const form of [token, Buffer.from(token).toString('hex'), 'verify-email?token']) {
    expect(stored).not.toContain(form)
    expect(stored).not.toContain(Buffer.from(form).toString('hex'))
  }
})

test('a new address counts when its link is used; then the old one is told, and opens nothing any more', async () => {
  const person = await settled()
  const [oldAddress, newAddress] = [person.user.email, `${uniqueName()}@example.com`]
  expect((await changeAddress(person, newAddress)).status).toBe(202)
  expect(await me(person)).toMatchObject({ email: oldAddress, emailVerified: true })
  await auth.login(oldAddress)
  await auth.request('POST', '/api/v1/auth/password-reset', { body: { email: oldAddress } })
  const [toOld, toNew] = [await linkTo(oldAddress), await linkTo(newAddress)]
  expect(toOld.path).toBe('/reset-password')

  expect((await confirm(toNew.token)).status).toBe(204)
  expect(await me(person)).toMatchObject({ email: newAddress, emailVerified: true })
  expect(await subjectsTo(oldAddress)).toContain('Your e-mail address was changed')
  await auth.login(newAddress)
  const body = { login: oldAddress, password }
  expect((await auth.request('POST', '/api/v1/auth/login', { body })).status).toBe(401)
  const stolen = { token: toOld.token, password: 'of-who-has-the-old-mailbox' }
  const reset = await auth.request('POST', '/api/v1/auth/password-reset/confirm', { body: stolen })
  expect(await problemOf(reset)).toMatchObject({ status: 410, code: 'auth.link_void' })
})

test('the password is asked for again before an address is changed', async () => {
  const person = await settled()
  const answer = await changeAddress(person, 'thief@example.org', 'not-this-one')
  expect(await problemOf(answer)).toMatchObject({ status: 422, code: 'auth.current_password_wrong' })
  expect(await subjectsTo('thief@example.org')).toEqual([])
})

test('an address that belongs to another cannot be taken: its owner gets no link but is told', async () => {
  const [louise, nadar] = [await settled(), await settled()]
  expect((await changeAddress(nadar, louise.user.email)).status).toBe(202)
  const second = await auth.request('POST', '/api/v1/auth/register', {
    body: { email: louise.user.email, username: uniqueName(), password: 'another-password' },
  })
  expect(second.status).toBe(201)
  const mails = await auth.mails(louise.user.email)
  expect(mails.map(({ subject }) => subject).slice(0, 2)).toEqual(Array(2).fill('You have an account already'))
  for (const { text, html } of mails.slice(0, 2)) expect(text + html).not.toContain('token=')
  expect(mails[0]?.text).toContain(`@${louise.user.username}`)
  expect((await auth.login(louise.user.email)).user.id).toBe(louise.user.id)
})

test('an address that was only claimed goes to who proves it, and whoever claimed it first keeps the account without it', async () => {
  const name = uniqueName()
  const squatter = await auth.register({ username: name })
  await linkTo(squatter.user.email)
  const body = { email: squatter.user.email, username: uniqueName(), password: 'the-owner-of-the-mailbox' }
  const owner = (await (await auth.request('POST', '/api/v1/auth/register', { body })).json()) as SignedIn
  const { token } = await linkTo(owner.user.email)
  expect((await confirm(token)).status).toBe(204)
  expect(await me(owner)).toMatchObject({ emailVerified: true })
  expect((await auth.login(owner.user.email, body.password)).user.id).toBe(owner.user.id)
  await auth.login(name)
  expect(await me(squatter)).toMatchObject({ emailVerified: false })
})

test('of two links to one address that are used at the same time one wins', async () => {
  const first = await auth.register()
  const toFirst = await linkTo(first.user.email)
  const body = { email: first.user.email, username: uniqueName(), password }
  await auth.request('POST', '/api/v1/auth/register', { body })
  const toSecond = await linkTo(first.user.email)
  const answers = await Promise.all([confirm(toFirst.token), confirm(toSecond.token)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409])
  const holders = await auth.sql('select 1 from account where email_key = ?', [first.user.email])
  expect(holders).toHaveLength(1)
})

test('a sign-in from a device that is new for the account is told to its owner, one that is known is not', async () => {
  const person = await settled()
  const { username, email } = person.user
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0'
  async function signIn(userAgent: string): Promise<void> {
    const options = { body: { login: username, password }, headers: { 'user-agent': userAgent } }
    expect((await auth.request('POST', '/api/v1/auth/login', options)).status).toBe(200)
  }
  await auth.login(username)
  await signIn(firefox)
  await signIn(firefox.replaceAll('149', '150'))
  const mails = (await auth.mails(email)).filter(({ subject }) => subject === 'A new sign-in')
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text).toContain('Firefox on Linux')
})

test('a changed password is told to the owner of the account', async () => {
  const person = await settled()
  await auth.request('PUT', '/api/v1/auth/password', {
    token: person.accessToken,
    body: { currentPassword: password, newPassword: 'balloon-over-paris' },
  })
  expect((await subjectsTo(person.user.email))[0]).toBe('Your password was changed')
})

test("an address that is not proven gets no news of the account: it may be a stranger's", async () => {
  const person = await auth.register()
  await auth.request('PUT', '/api/v1/auth/password', {
    token: person.accessToken,
    body: { currentPassword: password, newPassword: 'balloon-over-paris' },
  })
  expect(await subjectsTo(person.user.email)).toEqual(['Confirm your e-mail address'])
})

test('without mail what needs it says so, and an address counts as it always did', async () => {
  const silent = await startAuth(database.url)
  const person = await silent.register()
  const token = person.accessToken
  const answers = [
    await silent.request('POST', '/api/v1/auth/password-reset', { body: { email: person.user.email } }),
    await silent.request('POST', '/api/v1/auth/verify-email/resend', { token }),
    await silent.request('PUT', '/api/v1/auth/email', {
      token,
      body: { currentPassword: password, newEmail: 'x@example.org' },
    }),
  ]
  for (const answer of answers) expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'auth.mail_off' })
  const body = { email: person.user.email, username: uniqueName(), password }
  const second = await silent.request('POST', '/api/v1/auth/register', { body })
  expect(await problemOf(second)).toMatchObject({ status: 409, code: 'auth.email_taken' })
  expect((await silent.login(person.user.email)).user.id).toBe(person.user.id)
  expect(await silent.sql('select 1 from mail_job where account_id = ?', [person.user.id])).toEqual([])
  await silent.close()
})
