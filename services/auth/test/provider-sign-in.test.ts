import type { Newcomer, SignedIn, SignInChallenge } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { asSidecar, cloudEvent, testConfig } from '@daguerre/kit/testing'
import { linkIn } from '@daguerre/kit/testing-mail'
import { events, makeEvent } from '@daguerre/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeNow, factorsOf } from './factors.ts'
import { openBrowser, startKnownProvider } from './providers.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth, uniqueName } from './system.ts'

let database: Awaited<ReturnType<typeof createDatabase>>
let known: Awaited<ReturnType<typeof startKnownProvider>>
let other: Awaited<ReturnType<typeof startKnownProvider>>
let auth: Auth

beforeAll(async () => {
  database = await createDatabase()
  known = await startKnownProvider()
  other = await startKnownProvider('other')
  auth = await startAuth(database.url, { mail: true, providers: [known.settings, other.settings] })
})
afterAll(async () => {
  await auth.close()
  await Promise.all([known.provider.close(), other.provider.close()])
  await database.drop()
})

function browser() {
  return openBrowser(auth, known.provider)
}

async function json<Body>(answer: Response): Promise<Body> {
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
  return (await answer.json()) as Body
}

describe('an account by a provider', () => {
  test('is made with the name that its owner chooses, has the address that is proven there, and is opened by the provider from then on', async () => {
    const [mine, login] = [browser(), uniqueName()]
    known.people.set(login, {
      email: `${login}@Example.org`,
      email_verified: true,
      preferred_username: `${login}@corp`,
    })
    const first = await mine.signIn(await mine.bring(login))
    expect(first.status).toBe(202)
    expect(first.headers.get('cache-control')).toBe('no-store')
    const arrived = (await first.json()) as Newcomer
    expect(arrived).toMatchObject({ suggestedUsername: login, email: `${login}@Example.org`, emailVerified: true })
    const username = uniqueName()
    const made = await mine.register({ newcomer: arrived.newcomer, username })
    expect(made.status).toBe(201)
    const joined = (await made.json()) as SignedIn
    expect(made.headers.get('location')).toBe(`/api/v1/users/${joined.user.id}`)
    expect(joined.user).toMatchObject({ username, email: `${login}@Example.org`, emailVerified: true })
    // Nothing is left to confirm, and nothing is news.
    expect(await auth.mails(`${login}@Example.org`)).toEqual([])
    const events = await auth.sql('select type from outbox where subject = ?', [joined.user.id])
    expect(events).toEqual([{ type: 'daguerre.account.registered.v1' }])

    const elsewhere = openBrowser(auth, known.provider)
    const again = await json<SignedIn>(await elsewhere.signIn(await elsewhere.bring(login)))
    expect(again.user.id).toBe(joined.user.id)
    expect(sessionOf(again)).not.toBe(sessionOf(joined))
    const sessions = await json<{ items: unknown[] }>(await elsewhere.ask('GET', 'sessions', undefined, again))
    expect(sessions.items).toHaveLength(2)
  })

  test('is made as the rules of this place have it: with an invitation, or when a moderator has let them in', async () => {
    const rules = { providers: [known.settings], mail: true }
    const byInvitation = await startAuth(database.url, { ...rules, rules: { REGISTRATION: 'invitation' } })
    const byApproval = await startAuth(database.url, { ...rules, rules: { REGISTRATION: 'approval' } })
    const admin = await auth.register()
    await auth.sql(`update account set role = 'admin' where id = ?`, [admin.user.id])
    const { accessToken: token } = await auth.login(admin.user.username)
    const { code } = await json<{ code: string }>(
      await auth.request('POST', '/api/v1/auth/invitations', { token, body: {} }),
    )

    const [guest, one] = [openBrowser(byInvitation, known.provider), uniqueName()]
    const { newcomer } = await guest.arrive(one)
    const asked = { newcomer, username: one }
    expect((await problemOf(await guest.register(asked))).code).toBe('auth.invitation_required')
    expect((await problemOf(await guest.register({ ...asked, invitation: 'dgr_iv_x' }))).code).toBe(
      'auth.invitation_void',
    )
    expect((await guest.register({ ...asked, invitation: code })).status).toBe(201)

    const [applicant, two] = [openBrowser(byApproval, known.provider), uniqueName()]
    const arrived = await applicant.arrive(two)
    const waits = await applicant.register({ newcomer: arrived.newcomer, username: two, application: 'From the club' })
    expect([waits.status, await waits.json()]).toEqual([202, { waitsFor: ['approval'] }])
    const early = await applicant.signIn(await applicant.bring(two))
    expect(await problemOf(early)).toMatchObject({ status: 403, code: 'auth.approval_pending' })
    const queue = await auth.request('GET', '/api/v1/moderation/registrations?limit=100', { token })
    const { items } = await json<{ items: { id: string; username: string }[] }>(queue)
    const { id } = items.find(({ username }) => username === two)!
    await auth.request('POST', `/api/v1/moderation/registrations/${id}/approve`, { token })
    const { user } = await json<SignedIn>(await applicant.signIn(await applicant.bring(two)))
    expect(user.id).toBe(id)
    await Promise.all([byInvitation.close(), byApproval.close()])
  })

  test('is opened by no password until a link has made one', async () => {
    const person = await browser().join()
    const { email, username } = person.user
    for (const typed of ['', ' ', 'null', password]) {
      const answer = await auth.request('POST', '/api/v1/auth/login', { body: { login: username, password: typed } })
      expect([401, 422]).toContain(answer.status)
    }
    await auth.request('POST', '/api/v1/auth/password-reset', { body: { email } })
    const { token } = linkIn((await auth.mails(email))[0]!)
    const reset = await auth.request('POST', '/api/v1/auth/password-reset/confirm', { body: { token, password } })
    expect(reset.status).toBe(204)
    expect((await auth.login(username)).user.id).toBe(person.user.id)
  })

  test('whose address is not proven there only claims it: a link is sent, and the owner of the address keeps it', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const email = `${login}@example.org`
    known.people.set(login, { email, email_verified: false })
    const { newcomer, emailVerified } = await mine.arrive(login)
    expect(emailVerified).toBe(false)
    const { user } = await json<SignedIn>(await mine.register({ newcomer, username: login }))
    expect(user.emailVerified).toBe(false)
    const { token } = linkIn((await auth.mails(email))[0]!)
    expect((await auth.request('POST', '/api/v1/auth/verify-email', { body: { token } })).status).toBe(204)
    // And one that says the same of an address that belongs to somebody by now.
    const thief = uniqueName()
    known.people.set(thief, { email, email_verified: 'true' })
    const theirs = browser()
    const arrived = await theirs.arrive(thief)
    expect(arrived.emailVerified).toBe(false)
    const second = await json<SignedIn>(await theirs.register({ newcomer: arrived.newcomer, username: thief }))
    expect(second.user).toMatchObject({ emailVerified: false })
    expect(second.user.id).not.toBe(user.id)
    expect((await auth.mails(email))[0]?.subject).toContain('already')
  })

  test('never is one that is there: whose address is proven there is told to link it, and gets neither session nor account', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const victim = await auth.register({ username: login })
    const { token } = linkIn((await auth.mails(victim.user.email))[0]!)
    await auth.request('POST', '/api/v1/auth/verify-email', { body: { token } })
    known.people.set(login, { email: victim.user.email.toUpperCase(), email_verified: true })
    const { newcomer } = await mine.arrive(login)
    const username = uniqueName()
    const taken = { status: 409, code: 'auth.email_taken', pointers: ['#/email'] }
    expect(await problemOf(await mine.register({ newcomer, username }))).toEqual(taken)
    // With an address of their own it is an account of their own.
    const { user } = await json<SignedIn>(await mine.register({ newcomer, username, email: `${username}@example.org` }))
    expect(user).toMatchObject({ username, emailVerified: false })
    expect(user.id).not.toBe(victim.user.id)
  })

  test('takes an address that is proven there from whoever only claimed it', async () => {
    const login = uniqueName()
    const claimed = await auth.register({ username: login })
    const { token } = linkIn((await auth.mails(claimed.user.email))[0]!)
    const owner = browser()
    known.people.set(login, { email: claimed.user.email, email_verified: true })
    const { newcomer } = await owner.arrive(login)
    const { user } = await json<SignedIn>(await owner.register({ newcomer, username: uniqueName() }))
    expect(user).toMatchObject({ email: claimed.user.email, emailVerified: true })
    const confirmed = await auth.request('POST', '/api/v1/auth/verify-email', { body: { token } })
    expect(confirmed.status).toBe(409)
  })

  test('made with an address of somebody else is opened by nobody else once its owner comes', async () => {
    const [thief, login] = [browser(), uniqueName()]
    const email = `${login}@example.org`
    known.people.set(login, { email, email_verified: false })
    const { newcomer } = await thief.arrive(login)
    const { user } = await json<SignedIn>(await thief.register({ newcomer, username: login }))
    await auth.request('POST', '/api/v1/auth/password-reset', { body: { email } })
    const { token } = linkIn((await auth.mails(email)).find(({ subject }) => subject.includes('password'))!)
    await auth.request('POST', '/api/v1/auth/password-reset/confirm', { body: { token, password } })
    expect((await auth.login(login)).user.id).toBe(user.id)
    expect(await thief.arrive(login)).toMatchObject({ newcomer: expect.any(String) })
  })

  test('wants an address where the provider tells none', async () => {
    const [mine, login] = [browser(), uniqueName()]
    known.people.set(login, { name: 'Louise Jacques' })
    const { newcomer, email, suggestedUsername } = await mine.arrive(login)
    expect([email, suggestedUsername]).toEqual([null, expect.stringMatching(/^louise_jacques/)])
    const missing = { status: 422, code: 'auth.email_missing', pointers: ['#/email'] }
    expect(await problemOf(await mine.register({ newcomer, username: login }))).toEqual(missing)
    const given = { newcomer, username: login, email: `${login}@example.org` }
    expect((await json<SignedIn>(await mine.register(given))).user.emailVerified).toBe(false)
  })

  test('gets no name that is taken, and is still to be had with another one', async () => {
    const { user } = await auth.register()
    const [mine, login] = [browser(), uniqueName()]
    const { newcomer } = await mine.arrive(login)
    const taken = await problemOf(await mine.register({ newcomer, username: user.username }))
    expect(taken).toEqual({ status: 409, code: 'auth.username_taken', pointers: ['#/username'] })
    expect((await mine.register({ newcomer, username: login })).status).toBe(201)
  })

  test('is made once, however often and from however many browsers it is asked for', async () => {
    const login = uniqueName()
    const [mine, second] = [browser(), browser()]
    const { newcomer } = await mine.arrive(login)
    const late = await second.arrive(login)
    const names = Array.from({ length: 4 }, uniqueName)
    const answers = await Promise.all(names.map((username) => mine.register({ newcomer, username })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 410, 410, 410])
    const void_ = await problemOf(await second.register({ newcomer: late.newcomer, username: uniqueName() }))
    expect(void_).toMatchObject({ status: 410, code: 'auth.newcomer_void' })
    const rows = await auth.sql('select 1 from identity where subject = ?', [login])
    expect(rows).toHaveLength(1)
  })

  test('is made neither by another browser nor too late', async () => {
    const mine = browser()
    const { newcomer } = await mine.arrive()
    const gone = { status: 410, code: 'auth.newcomer_void' }
    expect(await problemOf(await browser().register({ newcomer, username: uniqueName() }))).toMatchObject(gone)
    await auth.sql('update newcomer set expires_at = now()')
    expect(await problemOf(await mine.register({ newcomer, username: uniqueName() }))).toMatchObject(gone)
  })
})

describe('what comes back from a provider', () => {
  const gone = { status: 410, code: 'auth.visit_void' }
  const wrong = { status: 422, code: 'auth.provider_answer_wrong' }

  test('works once, of many at once too', async () => {
    const [mine, login] = [browser(), uniqueName()]
    await mine.join(login)
    const brought = await mine.bring(login)
    const answers = await Promise.all(Array.from({ length: 4 }, () => mine.signIn(brought)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410, 410, 410])
    expect(await problemOf(await mine.signIn(brought))).toMatchObject(gone)
  })

  test("opens nothing in another browser: neither a stolen code there, nor a thief's sign-in here", async () => {
    const [mine, thief, login] = [browser(), browser(), uniqueName()]
    await mine.join(login)
    const stolen = await mine.bring(login)
    await thief.begin()
    expect(await problemOf(await thief.signIn(stolen))).toMatchObject(gone)
    // The code in a sign-in of the thief's own: PKCE and nonce are of another.
    const own = await thief.bring(uniqueName())
    expect(await problemOf(await thief.signIn({ ...own, code: stolen['code'] }))).toMatchObject(wrong)
    // The thief's own address, opened by somebody else: they would be signed in as the thief.
    const planted = await thief.bring(uniqueName())
    await mine.begin()
    expect(await problemOf(await mine.signIn(planted))).toMatchObject(gone)
    // None of that has cost its owner anything.
    expect((await mine.signIn(stolen)).status).toBe(200)
  })

  test.each([
    ['a nonce of another', (url: URL) => url.searchParams.set('nonce', 'of-another')],
    [
      'a challenge of another',
      (url: URL) => url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'),
    ],
  ])('with %s is refused', async (_, spoil) => {
    const [mine, login] = [browser(), uniqueName()]
    await mine.join(login)
    const url = new URL(await mine.begin())
    spoil(url)
    const brought = { provider: 'example', ...(await mine.visit(url.href, login)) }
    expect(await problemOf(await mine.signIn(brought))).toMatchObject(wrong)
    expect(await problemOf(await mine.signIn(brought))).toMatchObject(gone)
  })

  test('is of the provider that was visited alone, and says so', async () => {
    const [mine, login] = [browser(), uniqueName()]
    await mine.join(login)
    expect(await problemOf(await mine.signIn({ ...(await mine.bring(login)), provider: 'other' }))).toMatchObject(gone)
    const { iss: _, ...silent } = await mine.bring(login)
    expect(await problemOf(await mine.signIn(silent))).toMatchObject(wrong)
    const mixed = { ...(await mine.bring(login)), iss: other.provider.issuer }
    expect(await problemOf(await mine.signIn(mixed))).toMatchObject(wrong)
  })

  test('too late opens nothing', async () => {
    const [mine, login] = [browser(), uniqueName()]
    await mine.join(login)
    const brought = await mine.bring(login)
    await auth.sql('update provider_visit set expires_at = now()')
    expect(await problemOf(await mine.signIn(brought))).toMatchObject(gone)
  })

  test('with a name that two providers know is two people', async () => {
    const login = uniqueName()
    const mine = await browser().join(login)
    const elsewhere = openBrowser(auth, other.provider, 'other')
    other.people.set(login, { email: mine.user.email, email_verified: true })
    expect(await elsewhere.arrive(login)).toMatchObject({ newcomer: expect.any(String) })
  })
})

describe('a provider takes the place of the password alone', () => {
  test('where there is a second factor it is asked for', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    const factors = factorsOf(auth)
    const { secret } = await factors.withTotp(person)
    const answer = await mine.signIn(await mine.bring(login))
    expect(answer.status).toBe(202)
    const { challenge, methods } = (await answer.json()) as SignInChallenge
    expect(methods).toContain('totp')
    const signedIn = await json<SignedIn>(await factors.complete({ challenge, code: codeNow(secret) }))
    expect(signedIn.user.id).toBe(person.user.id)
  })

  test('who is suspended is not let in, and who is leaving is', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const { user, accessToken } = await mine.join(login)
    expect((await auth.request('DELETE', '/api/v1/auth/account', { token: accessToken })).status).toBe(202)
    const back = await json<SignedIn>(await mine.signIn(await mine.bring(login)))
    expect(back.user.deletionAt).not.toBeNull()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const data = { userId: user.id, state: 'suspended', until, reason: 'Spam', actId: newId() } as const
    const event = cloudEvent('moderation', makeEvent(events.accountModerated, { subject: user.id, version: 1, data }))
    await auth.request('POST', '/events/moderation', { body: event, headers: asSidecar(testConfig()) })
    const refused = await problemOf(await mine.signIn(await mine.bring(login)))
    expect(refused).toMatchObject({ status: 403, code: 'auth.account_suspended' })
  })

  test('a sign-in from a new device is news to the owner', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const { user } = await mine.join(login)
    const brought = await mine.bring(login)
    await auth.sql("update known_device set device = 'Elsewhere' where account_id = ?", [user.id])
    expect((await mine.signIn(brought)).status).toBe(200)
    expect((await auth.mails(user.email)).map(({ subject }) => subject)).toEqual([expect.stringContaining('sign-in')])
  })
})

test('of who has left nothing stays, and the provider leads them to a new account', async () => {
  const own = await createDatabase()
  const hasty = await startAuth(own.url, { providers: [known.settings], graceDays: 0 })
  const [mine, login] = [openBrowser(hasty, known.provider), uniqueName()]
  const { accessToken } = await mine.join(login)
  await hasty.request('DELETE', '/api/v1/auth/account', { token: accessToken })
  await hasty.deleteDue()
  for (const table of ['account', 'identity', 'newcomer', 'provider_visit']) {
    expect(await hasty.sql(`select * from ${table}`), table).toEqual([])
  }
  expect(await mine.arrive(login)).toMatchObject({ newcomer: expect.any(String) })
  await hasty.close()
  await own.drop()
})

test('nothing that opens an account is stored or told twice', async () => {
  const mine = browser()
  const url = new URL(await mine.begin())
  const { newcomer } = await mine.arrive()
  for (const table of ['provider_visit', 'newcomer', 'identity', 'idempotency_key']) {
    const text = JSON.stringify(await auth.sql(`select to_jsonb(t) as row from ${table} t`))
    for (const secret of [newcomer, url.searchParams.get('state')!]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('hex'))
    }
  }
})

test('a provider that is away keeps auth from nothing else, and is said to be away', async () => {
  const away = { ...known.settings, issuer: 'http://127.0.0.1:9' }
  const own = await startAuth(database.url, { providers: [away] })
  const listed = await own.request('GET', '/api/v1/auth/providers')
  expect(await listed.json()).toEqual({ items: [{ id: 'example', name: 'Example' }] })
  const answer = await own.request('POST', '/api/v1/auth/login/provider/begin', { body: { provider: 'example' } })
  expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'auth.provider_away' })
  await own.close()
})

test('without a configuration there is none', async () => {
  const own = await startAuth(database.url)
  expect(await (await own.request('GET', '/api/v1/auth/providers')).json()).toEqual({ items: [] })
  const answer = await own.request('POST', '/api/v1/auth/login/provider/begin', { body: { provider: 'example' } })
  expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'auth.provider_not_found' })
  await own.close()
})

test.each([
  ['no provider', 'login/provider/begin', {}, '#/provider'],
  ['a provider that is no id', 'login/provider/begin', { provider: 'https://evil.example' }, '#/provider'],
  [
    'a way back of its own',
    'login/provider/begin',
    { provider: 'example', redirectUri: 'https://evil.example' },
    '#/redirectUri',
  ],
  ['no state', 'login/provider', { provider: 'example', code: 'x' }, '#/state'],
  ['no code', 'login/provider', { provider: 'example', state: 'x' }, '#/code'],
  ['no name', 'register/provider', { newcomer: 'x' }, '#/username'],
])('%s is refused by a problem that points to it', async (_, path, body, pointer) => {
  const problem = await problemOf(await browser().ask('POST', path, body))
  expect(problem).toMatchObject({ status: 422, code: 'request.invalid', pointers: [pointer] })
})
