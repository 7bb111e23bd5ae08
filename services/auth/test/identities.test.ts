import type { Factors, Identity, SignedIn, SignInChallenge } from '@daguerre/contracts'
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

type Browser = ReturnType<typeof browser>

async function link(mine: Browser, person: SignedIn, login = uniqueName()): Promise<Response> {
  return await mine.ask('POST', 'identities', await mine.bring(login, 'identities/begin', person), person)
}

async function linked(mine: Browser, person: SignedIn, login?: string): Promise<Identity> {
  const answer = await link(mine, person, login)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Identity
}

async function listed(mine: Browser, person: SignedIn): Promise<Factors> {
  return (await (await mine.ask('GET', 'factors', undefined, person)).json()) as Factors
}

async function subjectsOf({ user }: SignedIn): Promise<string[]> {
  return (await auth.mails(user.email)).map(({ subject }) => subject)
}

/** Their address is theirs beyond question, so that news reach them. */
async function settled(): Promise<SignedIn> {
  const person = await auth.register()
  await auth.sql('update account set email_claim_key = null, email_verified_at = now() where id = ?', [person.user.id])
  await auth.mails(person.user.email)
  return person
}

const stale = { status: 403, code: 'auth.reauthentication_required' }

describe('a provider that is linked', () => {
  test('opens the account from then on, is listed, and told to the owner; unlinked it opens nothing', async () => {
    const [mine, person, login] = [browser(), await settled(), uniqueName()]
    const identity = await linked(mine, person, login)
    expect(identity).toMatchObject({ provider: 'example', name: 'Example', label: `${login}@example.org` })
    expect(await listed(mine, person)).toMatchObject({ hasPassword: true, identities: [{ id: identity.id }] })
    const elsewhere = browser()
    const signedIn = (await (await elsewhere.signIn(await elsewhere.bring(login))).json()) as SignedIn
    expect(signedIn.user.id).toBe(person.user.id)
    expect(await subjectsOf(person)).toContain('Another way to sign in')

    expect((await mine.ask('DELETE', `identities/${identity.id}`, undefined, person)).status).toBe(204)
    expect((await listed(mine, person)).identities).toEqual([])
    expect(await subjectsOf(person)).toContain('A way to sign in was removed')
    expect(await elsewhere.arrive(login)).toMatchObject({ newcomer: expect.any(String) })
    const again = await mine.ask('DELETE', `identities/${identity.id}`, undefined, person)
    expect(await problemOf(again)).toMatchObject({ status: 404, code: 'auth.identity_not_found' })
  })

  test('that opens the account of somebody else is refused, and of two who want it at once one has it', async () => {
    const login = uniqueName()
    await browser().join(login)
    const taken = { status: 409, code: 'auth.identity_taken' }
    expect(await problemOf(await link(browser(), await auth.register(), login))).toMatchObject(taken)
    const wanted = uniqueName()
    const both = await Promise.all(
      [1, 2].map(async () => {
        const [mine, person] = [browser(), await auth.register()]
        return { mine, person, brought: await mine.bring(wanted, 'identities/begin', person) }
      }),
    )
    const answers = await Promise.all(
      both.map(({ mine, person, brought }) => mine.ask('POST', 'identities', brought, person)),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  test('twice is linked once', async () => {
    const [mine, person, login] = [browser(), await auth.register(), uniqueName()]
    const { id } = await linked(mine, person, login)
    expect((await linked(mine, person, login)).id).toBe(id)
    const brought = await mine.bring(login, 'identities/begin', person)
    const answers = await Promise.all([1, 2].map(() => mine.ask('POST', 'identities', brought, person)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410])
  })

  test('is so by the session that began it, in its browser, and by nobody whom it was planted on', async () => {
    const [thief, victim] = [browser(), browser()]
    const [bad, good] = [await auth.register(), await auth.register()]
    const gone = { status: 410, code: 'auth.visit_void' }
    // What the thief brings, opened by somebody else: the thief would have a way into their account.
    const planted = await thief.bring(uniqueName(), 'identities/begin', bad)
    await victim.begin('identities/begin', good)
    expect(await problemOf(await victim.ask('POST', 'identities', planted, good))).toMatchObject(gone)
    expect(await problemOf(await thief.ask('POST', 'identities', planted, good))).toMatchObject(gone)
    // Nor is a sign-in a link, or a link a sign-in.
    expect(await problemOf(await thief.signIn(planted))).toMatchObject(gone)
    const signIn = await thief.bring(uniqueName())
    expect(await problemOf(await thief.ask('POST', 'identities', signIn, bad))).toMatchObject(gone)
    const second = await auth.login(bad.user.username)
    const own = await thief.bring(uniqueName(), 'identities/begin', bad)
    expect(await problemOf(await thief.ask('POST', 'identities', own, second))).toMatchObject(gone)
    expect((await listed(victim, good)).identities).toEqual([])
  })

  test('wants a session that has lately said who it is, and that lives when it comes back', async () => {
    const [mine, person] = [browser(), await auth.register()]
    const { id } = await linked(mine, person)
    const brought = await mine.bring(uniqueName(), 'identities/begin', person)
    await auth.age(person)
    const begun = await mine.ask('POST', 'identities/begin', { provider: 'example' }, person)
    expect(await problemOf(begun)).toMatchObject(stale)
    expect(await problemOf(await mine.ask('DELETE', `identities/${id}`, undefined, person))).toMatchObject(stale)
    // It was fresh when it left.
    expect((await mine.ask('POST', 'identities', brought, person)).status).toBe(200)
    const late = await auth.login(person.user.username)
    const ended = await mine.bring(uniqueName(), 'identities/begin', late)
    await auth.request('POST', '/api/v1/auth/logout', { token: late.accessToken })
    const answer = await mine.ask('POST', 'identities', ended, late)
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'auth.session_ended' })
  })

  test('of somebody else is not there to be unlinked', async () => {
    const [mine, person] = [browser(), await auth.register()]
    const { id } = await linked(mine, person)
    const answer = await mine.ask('DELETE', `identities/${id}`, undefined, await auth.register())
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'auth.identity_not_found' })
    expect((await listed(mine, person)).identities).toHaveLength(1)
  })

  test('and unlinked lets nobody finish who has come by it and has yet to give a second factor', async () => {
    const [mine, person, login] = [browser(), await auth.register(), uniqueName()]
    const { id } = await linked(mine, person, login)
    const factors = factorsOf(auth)
    const { secret } = await factors.withTotp(person)
    const waiting = (await (await mine.signIn(await mine.bring(login))).json()) as SignInChallenge
    expect((await mine.ask('DELETE', `identities/${id}`, undefined, person)).status).toBe(204)
    const answer = await factors.complete({ challenge: waiting.challenge, code: codeNow(secret) })
    expect(await problemOf(answer)).toMatchObject({ status: 410, code: 'auth.challenge_void' })
  })
})

describe('the last way to sign in', () => {
  const last = { status: 409, code: 'auth.last_way_in' }

  test('stays: a provider without a password, a passkey or another provider', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    const [first] = (await listed(mine, person)).identities
    expect(await problemOf(await mine.ask('DELETE', `identities/${first?.id}`, undefined, person))).toMatchObject(last)
    expect((await listed(mine, person)).identities).toHaveLength(1)
    const elsewhere = openBrowser(auth, other.provider, 'other')
    const second = await linked(elsewhere, person)
    expect((await mine.ask('DELETE', `identities/${first?.id}`, undefined, person)).status).toBe(204)
    // A provider that this server knows no more opens nothing.
    const smaller = await startAuth(database.url, { providers: [known.settings] })
    const third = await linked(mine, person)
    const answer = await smaller.request('DELETE', `/api/v1/auth/identities/${third.id}`, { token: person.accessToken })
    expect(await problemOf(answer)).toMatchObject(last)
    await smaller.close()
    expect((await mine.ask('DELETE', `identities/${second.id}`, undefined, person)).status).toBe(204)
  })

  test('stays: a passkey that is all that is left; with a password it may go', async () => {
    const mine = browser()
    const person = await mine.join()
    const [identity] = (await listed(mine, person)).identities
    const { passkey } = await factorsOf(auth).withPasskey(person)
    expect((await mine.ask('DELETE', `identities/${identity?.id}`, undefined, person)).status).toBe(204)
    expect(await problemOf(await mine.ask('DELETE', `passkeys/${passkey.id}`, undefined, person))).toMatchObject(last)
    expect((await mine.ask('PUT', 'password', { newPassword: password }, person)).status).toBe(204)
    expect((await mine.ask('DELETE', `passkeys/${passkey.id}`, undefined, person)).status).toBe(204)
  })
})

describe('an account without a password', () => {
  test('is given one, and another address, by a session that has lately said who it is', async () => {
    const mine = browser()
    const person = await mine.join()
    expect((await listed(mine, person)).hasPassword).toBe(false)
    await auth.age(person)
    const email = `${uniqueName()}@example.org`
    for (const [path, body] of [
      ['password', { newPassword: password }],
      ['email', { newEmail: email }],
    ] as const) {
      expect(await problemOf(await mine.ask('PUT', path, body, person)), path).toMatchObject(stale)
      const wrong = await problemOf(await mine.ask('PUT', path, { ...body, currentPassword: password }, person))
      expect(wrong, path).toMatchObject({ status: 422, code: 'auth.current_password_wrong' })
    }
    await auth.sql("update session set fresh_until = now() + interval '1 minute' where id = ?", [sessionOf(person)])
    expect((await mine.ask('PUT', 'email', { newEmail: email }, person)).status).toBe(202)
    expect((await mine.ask('PUT', 'password', { newPassword: password }, person)).status).toBe(204)
    expect((await listed(mine, person)).hasPassword).toBe(true)
    expect((await auth.login(person.user.username)).user.id).toBe(person.user.id)
    // From now on it is asked for.
    const again = await problemOf(await mine.ask('PUT', 'password', { newPassword: `${password}-2` }, person))
    expect(again).toMatchObject({ status: 422, code: 'auth.current_password_wrong' })
  })
})

describe('saying again who one is, by a provider', () => {
  function prove(mine: Browser, person: SignedIn, provider: unknown): Promise<Response> {
    return mine.ask('POST', 'reauthenticate', { provider }, person)
  }

  test('opens what is dangerous for ten minutes, once; the provider has asked anew', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    await auth.age(person)
    const url = new URL(await mine.begin('reauthenticate/provider', person))
    expect(url.searchParams.get('prompt')).toBe('login')
    const brought = { provider: 'example', ...(await mine.visit(url.href, login)) }
    expect((await prove(mine, person, brought)).status).toBe(204)
    expect((await mine.ask('PUT', 'password', { newPassword: password }, person)).status).toBe(204)
    expect(await problemOf(await prove(mine, person, brought))).toMatchObject({ status: 410, code: 'auth.visit_void' })
  })

  test('is not done by a provider that has only remembered them', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    await auth.age(person)
    // Whoever sits before the browser takes away what asks anew.
    const url = new URL(await mine.begin('reauthenticate/provider', person))
    url.searchParams.delete('prompt')
    url.searchParams.set('max_age', '10000')
    const brought = { provider: 'example', ...(await mine.visit(url.href, login)) }
    await auth.sql("update provider_visit set began_at = now() + interval '1 minute'")
    expect(await problemOf(await prove(mine, person, brought))).toMatchObject({
      status: 422,
      code: 'auth.provider_not_asked',
    })
    const again = await mine.ask('POST', 'identities/begin', { provider: 'example' }, person)
    expect(await problemOf(again)).toMatchObject(stale)
  })

  test('is not done by somebody else there, in another session, or by another visit', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    const second = (await (await mine.signIn(await mine.bring(login))).json()) as SignedIn
    const gone = { status: 410, code: 'auth.visit_void' }
    const ofFirst = await mine.bring(login, 'reauthenticate/provider', person)
    expect(await problemOf(await prove(mine, second, ofFirst))).toMatchObject(gone)
    expect(await problemOf(await prove(mine, person, await mine.bring(login)))).toMatchObject(gone)
    expect(
      await problemOf(await mine.signIn(await mine.bring(login, 'reauthenticate/provider', person))),
    ).toMatchObject(gone)
    // Somebody else at the provider, as if they had signed out there before.
    const url = await mine.begin('reauthenticate/provider', person)
    const stranger = { provider: 'example', ...(await browser().visit(url, uniqueName())) }
    expect(await problemOf(await prove(mine, person, stranger))).toMatchObject({
      status: 422,
      code: 'auth.identity_wrong',
    })
  })

  test('is not enough where there is a second factor', async () => {
    const [mine, login] = [browser(), uniqueName()]
    const person = await mine.join(login)
    await factorsOf(auth).withTotp(person)
    await auth.age(person)
    const brought = await mine.bring(login, 'reauthenticate/provider', person)
    const refused = { status: 422, code: 'auth.second_factor_required', pointers: ['#/provider'] }
    expect(await problemOf(await prove(mine, person, brought))).toEqual(refused)
  })
})

test('an export has the providers that open the account, and nothing by which they do', async () => {
  const [mine, login] = [browser(), uniqueName()]
  const { user } = await mine.join(login)
  const answer = await auth.internal('/internal/personal-data', {
    userId: user.id,
    section: 'factors',
    after: null,
    limit: 10,
  })
  const { items } = (await answer.json()) as { items: unknown[] }
  const times = { addedAt: expect.any(String), lastUsedAt: expect.any(String) }
  expect(items).toEqual([{ kind: 'provider', name: `example: ${login}@example.org`, ...times }])
})
