import type { Factors, SignedIn } from '@daguerre/contracts'
import { createAuthenticator, type SoftwareAuthenticator } from '@daguerre/kit/testing-passkey'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeNow, factorsOf, origin } from './factors.ts'
import { type Auth, createDatabase, problemOf, sessionOf, startAuth } from './system.ts'

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

const wrong = { status: 422, code: 'auth.passkey_wrong' }

async function withPasskey(authenticator = createAuthenticator({ origin })) {
  const person = await auth.register()
  return { person, ...(await factors.withPasskey(person, authenticator)) }
}

function ask(body: object = {}) {
  return factors.post<{ allowCredentials?: { id: string }[] }>('login/passkey/options', body)
}

function signIn(passkey: unknown) {
  return auth.request('POST', '/api/v1/auth/login/passkey', { body: { passkey } })
}

async function listed(person: SignedIn): Promise<Factors> {
  return (await (await factors.request(person, 'GET', 'factors')).json()) as Factors
}

async function countOf(authenticator: SoftwareAuthenticator): Promise<number> {
  const id = Buffer.from(authenticator.id, 'base64url')
  const [row] = await auth.sql<{ counter: string }>('select counter from passkey where credential_id = ?', [id])
  return Number(row?.counter)
}

describe('a passkey alone', () => {
  test('opens the account of its owner, without a name or a password', async () => {
    const { person, authenticator } = await withPasskey()
    const options = await ask()
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(options.allowCredentials).toBeUndefined()
    const answer = await signIn(authenticator.get(options))
    expect(answer.status).toBe(200)
    const signedIn = (await answer.json()) as SignedIn
    expect(signedIn.user.id).toBe(person.user.id)
    const { items } = (await (await factors.request(signedIn, 'GET', 'sessions')).json()) as {
      items: { id: string; secondFactor: boolean }[]
    }
    expect(items[0]).toMatchObject({ id: sessionOf(signedIn), secondFactor: true })
    expect((await listed(person)).passkeys[0]?.lastUsedAt).not.toBeNull()
  })

  test('is signed in with once, also of two at the same time', async () => {
    const { authenticator } = await withPasskey(createAuthenticator({ origin, counts: false }))
    const signed = authenticator.get(await ask())
    const answers = await Promise.all([signIn(signed), signIn(signed)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
    expect(await problemOf(await signIn(signed))).toMatchObject(wrong)
  })

  test('is refused for another page, another server, without asking who is there, or for what was not asked', async () => {
    const { authenticator } = await withPasskey()
    for (const changed of [
      { origin: 'https://phishing.example' },
      { rpId: 'phishing.example' },
      { isVerified: false },
      { challenge: Buffer.alloc(32, 7).toString('base64url') },
      { type: 'webauthn.create' },
    ]) {
      const answer = await signIn(authenticator.get(await ask(), changed))
      expect([changed, await problemOf(answer)]).toEqual([changed, { ...wrong, pointers: ['#/passkey'] }])
    }
    expect((await signIn(authenticator.get(await ask()))).status).toBe(200)
  })

  test('is refused with a signature of another, a spoilt one, and for another account', async () => {
    const [louise, nadar] = [await withPasskey(), await withPasskey()]
    const own = louise.authenticator.get(await ask())
    const other = nadar.authenticator.get(await ask())
    for (const passkey of [
      { ...own, signature: other.signature },
      { ...own, signature: `AAAA${own.signature.slice(4)}` },
      { ...own, id: other.id },
      { ...own, userHandle: other.userHandle },
      { ...own, clientDataJSON: 'bm8ganNvbg' },
    ]) {
      expect(await problemOf(await signIn(passkey))).toMatchObject(wrong)
    }
    expect((await signIn(own)).status).toBe(200)
  })

  test('is refused after the end of what it has signed', async () => {
    const { authenticator } = await withPasskey()
    const signed = authenticator.get(await ask())
    await auth.sql('update passkey_challenge set expires_at = now()')
    expect(await problemOf(await signIn(signed))).toMatchObject(wrong)
  })

  test('whose count goes back is refused, and its owner told; what nobody signed, or is sent again, raises no alarm', async () => {
    const { person, authenticator } = await withPasskey()
    await auth.sql('update account set email_key = ?, email_claim_key = null where id = ?', [
      person.user.email,
      person.user.id,
    ])
    expect((await signIn(authenticator.get(await ask(), { counter: 50 }))).status).toBe(200)
    expect(await countOf(authenticator)).toBe(50)
    const low = authenticator.get(await ask(), { counter: 9 })
    expect((await signIn({ ...low, signature: `AAAA${low.signature.slice(4)}` })).status).toBe(422)
    const sentTwice = authenticator.get(await ask(), { counter: 50 })
    await auth.sql('update passkey_challenge set expires_at = now()')
    expect((await signIn(sentTwice)).status).toBe(422)
    async function alarms(): Promise<number> {
      const mails = await auth.mails(person.user.email)
      return mails.filter(({ subject }) => subject === 'A passkey may have been copied').length
    }
    expect(await alarms()).toBe(0)
    expect(await problemOf(await signIn(authenticator.get(await ask(), { counter: 9 })))).toMatchObject(wrong)
    expect(await problemOf(await signIn(authenticator.get(await ask(), { counter: 50 })))).toMatchObject(wrong)
    expect(await alarms()).toBe(2)
    expect(await countOf(authenticator)).toBe(50)
    expect((await signIn(authenticator.get(await ask(), { counter: 51 }))).status).toBe(200)
  })
})

describe('a passkey as second factor', () => {
  test('is asked for after the password, of those of the account', async () => {
    const { person, authenticator, recoveryCodes } = await withPasskey()
    expect(recoveryCodes).toHaveLength(10)
    const { challenge, methods } = await factors.challenge(person)
    expect(methods).toEqual(['passkey', 'recovery_code'])
    const options = await ask({ challenge })
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual([authenticator.id])
    const answer = await factors.complete({ challenge, passkey: authenticator.get(options) })
    expect(answer.status).toBe(200)
  })

  test('of another person, or signed for something else, is none', async () => {
    const [louise, nadar] = [await withPasskey(), await withPasskey()]
    const { challenge } = await factors.challenge(louise.person)
    const own = await factors.challenge(nadar.person)
    for (const passkey of [
      nadar.authenticator.get(await ask({ challenge })),
      nadar.authenticator.get(await ask({ challenge: own.challenge })),
      louise.authenticator.get(await ask()),
      louise.authenticator.get(await ask({ challenge: own.challenge })),
      louise.authenticator.get(await factors.post('reauthenticate/options', undefined, louise.person.accessToken)),
    ]) {
      expect(await problemOf(await factors.complete({ challenge, passkey }))).toMatchObject(wrong)
    }
    const right = louise.authenticator.get(await ask({ challenge }))
    expect(await problemOf(await signIn(right))).toMatchObject(wrong)
    expect((await factors.complete({ challenge, passkey: right })).status).toBe(200)
  })

  test('with a challenge that is void nothing is asked', async () => {
    const answer = await auth.request('POST', '/api/v1/auth/login/passkey/options', { body: { challenge: 'x' } })
    expect(await problemOf(answer)).toMatchObject({ status: 410, code: 'auth.challenge_void' })
  })

  test('says again who one is; that of another does not', async () => {
    const [louise, nadar] = [await withPasskey(), await withPasskey()]
    await auth.age(louise.person)
    const token = louise.person.accessToken
    const foreign = nadar.authenticator.get(await factors.post('reauthenticate/options', undefined, token))
    expect(await problemOf(await factors.reauthenticate(louise.person, { passkey: foreign }))).toMatchObject(wrong)
    expect((await factors.request(louise.person, 'POST', 'recovery-codes')).status).toBe(403)
    const own = louise.authenticator.get(await factors.post('reauthenticate/options', undefined, token))
    expect((await factors.reauthenticate(louise.person, { passkey: own })).status).toBe(204)
    expect((await factors.request(louise.person, 'POST', 'recovery-codes')).status).toBe(200)
  })
})

describe('the own passkeys', () => {
  test('are listed, named and removed, by their owner alone', async () => {
    const { person, passkey, authenticator } = await withPasskey()
    expect((await listed(person)).passkeys).toEqual([
      { id: passkey.id, name: 'My key', isSynced: false, createdAt: expect.any(String), lastUsedAt: null },
    ])
    const stranger = await auth.register()
    for (const [method, body] of [
      ['PATCH', { name: 'Mine now' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await factors.request(stranger, method, `passkeys/${passkey.id}`, body)
      expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'auth.passkey_not_found' })
    }
    const renamed = await factors.request(person, 'PATCH', `passkeys/${passkey.id}`, { name: 'The telephone' })
    expect(await renamed.json()).toMatchObject({ name: 'The telephone' })

    const signed = authenticator.get(await ask())
    await auth.age(person)
    expect((await factors.request(person, 'DELETE', `passkeys/${passkey.id}`)).status).toBe(403)
    const again = authenticator.get(await factors.post('reauthenticate/options', undefined, person.accessToken))
    expect((await factors.reauthenticate(person, { passkey: again })).status).toBe(204)
    expect((await factors.request(person, 'DELETE', `passkeys/${passkey.id}`)).status).toBe(204)
    expect(await problemOf(await signIn(signed))).toMatchObject(wrong)
    expect(await listed(person)).toMatchObject({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
    await auth.login(person.user.username)
  })

  test('are added by a fresh session, for the own challenge, once, and by who was asked who they are', async () => {
    const [louise, nadar] = [await auth.register(), await auth.register()]
    const authenticator = createAuthenticator({ origin })
    function add(person: SignedIn, credential: unknown) {
      return factors.request(person, 'POST', 'passkeys', { name: 'Key', credential })
    }
    async function options(person: SignedIn): Promise<unknown> {
      return factors.post('passkeys/options', undefined, person.accessToken)
    }
    const foreign = authenticator.create(await options(nadar))
    for (const credential of [
      foreign,
      authenticator.create(await options(louise), { isVerified: false }),
      authenticator.create(await options(louise), { origin: 'https://phishing.example' }),
      authenticator.create(await options(louise), { rpId: 'phishing.example' }),
      authenticator.create(await options(louise), { type: 'webauthn.get' }),
      { ...authenticator.create(await options(louise)), attestationObject: 'AAAA' },
    ]) {
      const problem = await problemOf(await add(louise, credential))
      expect(problem).toEqual({ ...wrong, pointers: ['#/credential'] })
    }
    const made = authenticator.create(await options(louise))
    const twice = await Promise.all([add(louise, made), add(louise, made)])
    expect(twice.map(({ status }) => status).toSorted()).toEqual([200, 422])
    const known = await add(nadar, authenticator.create(await options(nadar)))
    expect(await problemOf(known)).toMatchObject({ status: 409, code: 'auth.passkey_known' })
    expect((await listed(nadar)).recoveryCodesLeft).toBe(0)
    await auth.age(louise)
    const late = await factors.request(louise, 'POST', 'passkeys/options')
    expect(await problemOf(late)).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
  })

  test('beside an authenticator app: either opens, and without one the other is still asked for', async () => {
    const { person, secret } = await factors.withTotp()
    const { authenticator, recoveryCodes, passkey } = await factors.withPasskey(person)
    expect(recoveryCodes).toBeNull()
    const asked = await factors.challenge(person)
    expect(asked.methods).toEqual(['totp', 'passkey', 'recovery_code'])
    expect((await factors.complete({ challenge: asked.challenge, code: codeNow(secret) })).status).toBe(200)
    expect((await factors.request(person, 'DELETE', 'totp')).status).toBe(204)
    const { challenge, methods } = await factors.challenge(person)
    expect(methods).toEqual(['passkey', 'recovery_code'])
    const signed = authenticator.get(await ask({ challenge }))
    expect((await factors.complete({ challenge, passkey: signed })).status).toBe(200)
    expect((await factors.request(person, 'DELETE', `passkeys/${passkey.id}`)).status).toBe(204)
    await auth.login(person.user.username)
  })

  test('there are twenty at most', async () => {
    const person = await auth.register()
    await auth.sql(
      `insert into passkey (id, account_id, credential_id, public_key, counter, transports, name, is_synced)
       select gen_random_uuid(), ?, sha256(gen_random_uuid()::text::bytea), '', 0, '{}', 'Key', false from generate_series(1, 20)`,
      [person.user.id],
    )
    const options = await factors.post('passkeys/options', undefined, person.accessToken)
    const credential = createAuthenticator({ origin }).create(options)
    const answer = await factors.request(person, 'POST', 'passkeys', { name: 'One more', credential })
    expect(await problemOf(answer)).toMatchObject({ status: 409, code: 'auth.too_many_passkeys' })
  })
})
