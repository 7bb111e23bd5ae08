import type { Session, SignedIn } from '@daguerre/contracts'
import { linkIn } from '@daguerre/kit/testing-mail'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purgeSessions } from '../src/session/purge-sessions.ts'
import { requireFreshSession } from '../src/session/require-fresh-session.ts'
import { codeNow, factorsOf } from './factors.ts'
import { type Auth, createDatabase, password, problemOf, sessionOf, startAuth, viewerOf } from './system.ts'

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

const codeWrong = { status: 422, code: 'auth.code_wrong' }
const challengeVoid = { status: 410, code: 'auth.challenge_void' }

async function sessionsOf({ user }: SignedIn): Promise<number> {
  const [row] = await auth.sql<{ count: number }>('select count(*)::int as count from session where account_id = ?', [
    user.id,
  ])
  return row?.count ?? 0
}

describe('a sign-in', () => {
  test('answers a challenge and no session until the second factor is given', async () => {
    const { person, secret } = await factors.withTotp()
    const before = await sessionsOf(person)
    const asked = await factors.challenge(person)
    expect(asked).toEqual({
      challenge: expect.stringMatching(/^dgr_sc_[\w-]{43}$/),
      methods: ['totp', 'recovery_code'],
      expiresIn: 300,
    })
    expect(await sessionsOf(person)).toBe(before)
    expect((await auth.refresh(asked.challenge)).status).toBe(401)
    const me = await auth.request('GET', '/api/v1/auth/me', { token: asked.challenge })
    expect(me.status).toBe(401)

    const answer = await factors.complete({ challenge: asked.challenge, code: codeNow(secret) })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const signedIn = (await answer.json()) as SignedIn
    expect(signedIn.user.id).toBe(person.user.id)
    expect((await auth.refresh(signedIn.refreshToken)).status).toBe(200)
  })

  test('of an earlier client is challenged too', async () => {
    const { person } = await factors.withTotp()
    const body = { email: person.user.email, password }
    const answer = await auth.request('POST', '/auth/login', { body })
    expect(answer.status).toBe(202)
    expect(await answer.json()).not.toHaveProperty('accessToken')
  })

  test('with a wrong password says nothing of second factors', async () => {
    const { person } = await factors.withTotp()
    const body = { login: person.user.username, password: 'not-this-one' }
    const answer = await auth.request('POST', '/api/v1/auth/login', { body })
    expect(await problemOf(answer)).toEqual({ status: 401, code: 'auth.credentials_wrong', pointers: [] })
  })

  test('takes a code of the step before and after, and none further away', async () => {
    for (const [away, status] of [
      [-2, 422],
      [-1, 200],
      [1, 200],
      [2, 422],
    ] as const) {
      const { person, secret } = await factors.withTotp()
      const { challenge } = await factors.challenge(person)
      expect([away, (await factors.complete({ challenge, code: codeNow(secret, away) })).status]).toEqual([
        away,
        status,
      ])
    }
  })

  test('takes a code once, and none that is older than the last', async () => {
    const { person, secret } = await factors.withTotp()
    const [first, second] = [await factors.challenge(person), await factors.challenge(person)]
    const code = codeNow(secret)
    expect((await factors.complete({ challenge: first.challenge, code })).status).toBe(200)
    expect(await problemOf(await factors.complete({ challenge: second.challenge, code }))).toMatchObject(codeWrong)
    const older = await factors.complete({ challenge: second.challenge, code: codeNow(secret, -1) })
    expect(await problemOf(older)).toMatchObject(codeWrong)
    expect((await factors.complete({ challenge: second.challenge, code: codeNow(secret, 1) })).status).toBe(200)
  })

  test('of several that give the same code at once one gets a session', async () => {
    const { person, secret } = await factors.withTotp()
    const challenges = await Promise.all(Array.from({ length: 4 }, () => factors.challenge(person)))
    const before = await sessionsOf(person)
    const code = codeNow(secret)
    const answers = await Promise.all(challenges.map(({ challenge }) => factors.complete({ challenge, code })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422, 422])
    expect(await sessionsOf(person)).toBe(before + 1)
  })

  test('takes a recovery code once, also of two at the same time, however it is typed', async () => {
    const { person, recoveryCodes } = await factors.withTotp()
    const [first, second] = [await factors.challenge(person), await factors.challenge(person)]
    const typed = [recoveryCodes[3]!.toUpperCase(), recoveryCodes[3]!.replaceAll('-', ' ')]
    const answers = await Promise.all([
      factors.complete({ challenge: first.challenge, code: typed[0] }),
      factors.complete({ challenge: second.challenge, code: typed[1] }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
    const third = await factors.challenge(person)
    expect((await factors.complete({ challenge: third.challenge, code: recoveryCodes[3] })).status).toBe(422)
    const [left] = await auth.sql('select count(*)::int as left from recovery_code where account_id = ?', [
      person.user.id,
    ])
    expect(left).toEqual({ left: 9 })
  })

  test("cannot be completed by another person's code, nor theirs by mine", async () => {
    const [louise, nadar] = [await factors.withTotp(), await factors.withTotp()]
    const { challenge } = await factors.challenge(louise.person)
    for (const code of [codeNow(nadar.secret), nadar.recoveryCodes[0]]) {
      expect(await problemOf(await factors.complete({ challenge, code }))).toMatchObject(codeWrong)
    }
    // What was tried of another's is not used up.
    const own = await factors.challenge(nadar.person)
    expect((await factors.complete({ challenge: own.challenge, code: nadar.recoveryCodes[0] })).status).toBe(200)
  })

  test('is over after its end, after its use, and with any other text', async () => {
    const { person, secret, recoveryCodes } = await factors.withTotp()
    const late = await factors.challenge(person)
    await auth.sql('update sign_in_challenge set expires_at = now() where account_id = ?', [person.user.id])
    const used = await factors.challenge(person)
    expect((await factors.complete({ challenge: used.challenge, code: codeNow(secret) })).status).toBe(200)
    for (const challenge of [late.challenge, used.challenge, 'x', `${used.challenge}x`]) {
      const answer = await factors.complete({ challenge, code: recoveryCodes[0] })
      expect(await problemOf(answer)).toMatchObject(challengeVoid)
    }
  })

  test('of two answers to one challenge at the same time one gets a session', async () => {
    const { person, secret, recoveryCodes } = await factors.withTotp()
    const { challenge } = await factors.challenge(person)
    const codes = [codeNow(secret), ...recoveryCodes.slice(0, 2)]
    const answers = await Promise.all(codes.map((code) => factors.complete({ challenge, code })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410, 410])
    const [left] = await auth.sql<{ left: number }>(
      'select count(*)::int as left from recovery_code where account_id = ?',
      [person.user.id],
    )
    expect(left?.left).toBeGreaterThanOrEqual(9)
  })

  test('that waits is over when the password is changed or reset', async () => {
    for (const way of ['change', 'reset'] as const) {
      const { person, secret } = await factors.withTotp()
      const { challenge } = await factors.challenge(person)
      if (way === 'change') {
        const body = { currentPassword: password, newPassword: 'balloon-over-paris' }
        expect((await factors.request(person, 'PUT', 'password', body)).status).toBe(204)
      } else expect((await reset(person)).status).toBe(204)
      const answer = await factors.complete({ challenge, code: codeNow(secret) })
      expect(await problemOf(answer)).toMatchObject(challengeVoid)
    }
  })

  test('a factor that is added while a challenge waits completes it, one that is removed does not', async () => {
    const { person, secret } = await factors.withTotp()
    const waiting = await factors.challenge(person)
    const next = await factors.withTotp(person)
    const old = await factors.complete({ challenge: waiting.challenge, code: codeNow(secret) })
    expect(await problemOf(old)).toMatchObject(codeWrong)
    expect((await factors.complete({ challenge: waiting.challenge, code: codeNow(next.secret) })).status).toBe(200)

    const last = await factors.challenge(person)
    expect((await factors.request(person, 'DELETE', 'totp')).status).toBe(204)
    await factors.nextCode(person)
    const gone = await factors.complete({ challenge: last.challenge, code: codeNow(next.secret) })
    expect(await problemOf(gone)).toMatchObject(codeWrong)
  })

  test('with one Idempotency-Key is one challenge, and the second step is asked for all the same', async () => {
    const { person } = await factors.withTotp()
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const body = { login: person.user.username, password }
    const first = await auth.request('POST', '/api/v1/auth/login', { body, headers })
    const second = await auth.request('POST', '/api/v1/auth/login', { body, headers })
    expect([first.status, second.status]).toEqual([202, 202])
    expect(await second.json()).toEqual(await first.json())
  })

  test.each<[string, object, string]>([
    ['neither code nor passkey', {}, '#/code'],
    ['a code that is none', { code: 'äöü' }, '#/code'],
    ['no challenge', { challenge: undefined, code: '123456' }, '#/challenge'],
    ['an unknown field', { code: '123456', password }, '#/password'],
  ])('%s is refused by a problem that points to it', async (_, change, pointer) => {
    const problem = await problemOf(await factors.complete({ challenge: 'x', ...change }))
    expect(problem).toMatchObject({ status: 422, code: 'request.invalid' })
    expect(problem.pointers).toContain(pointer)
  })
})

describe('codes cannot be guessed', () => {
  test('after five wrong ones one waits some minutes, however many come at once, and recovery codes work meanwhile', async () => {
    const { person, secret, recoveryCodes } = await factors.withTotp()
    const { challenge } = await factors.challenge(person)
    const wrong = codeNow(secret, 50)
    const answers = await Promise.all(Array.from({ length: 12 }, () => factors.complete({ challenge, code: wrong })))
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5)
    const refused = answers.find(({ status }) => status === 429)!
    expect(await problemOf(refused)).toMatchObject({ code: 'auth.too_many_codes' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(280)
    // Neither another challenge nor another route begins anew.
    const again = await factors.challenge(person)
    expect((await factors.complete({ challenge: again.challenge, code: codeNow(secret) })).status).toBe(429)
    expect((await factors.reauthenticate(person, { code: codeNow(secret) })).status).toBe(429)
    expect((await factors.complete({ challenge, code: recoveryCodes[0] })).status).toBe(200)

    await auth.sql(`update totp set drained_at = drained_at - interval '5 minutes' where account_id = ?`, [
      person.user.id,
    ])
    expect((await factors.complete({ challenge: again.challenge, code: codeNow(secret) })).status).toBe(200)
    const [row] = await auth.sql('select drained_at <= now() as "isFree" from totp where account_id = ?', [
      person.user.id,
    ])
    expect(row).toEqual({ isFree: true })
  })

  test('who does not know the password cannot make the owner wait', async () => {
    const { person, secret } = await factors.withTotp()
    for (let i = 0; i < 8; i++) await factors.complete({ challenge: 'dgr_sc_invented', code: '000000' })
    const { challenge } = await factors.challenge(person)
    expect((await factors.complete({ challenge, code: codeNow(secret) })).status).toBe(200)
  })
})

async function reset(person: SignedIn, chosen = 'a-daguerreotype-is-a-mirror'): Promise<Response> {
  await auth.request('POST', '/api/v1/auth/password-reset', { body: { email: person.user.email } })
  const mail = (await auth.mails(person.user.email)).find(({ subject }) => subject === 'Choose a new password')
  const body = { token: linkIn(mail!).token, password: chosen }
  return auth.request('POST', '/api/v1/auth/password-reset/confirm', { body })
}

/** As after the link of the mail was followed. */
async function proveAddress({ user }: SignedIn): Promise<void> {
  await auth.sql(
    `update account set email_key = email_claim_key, email_claim_key = null, email_verified_at = now() where id = ?`,
    [user.id],
  )
}

describe('there is no way around', () => {
  test('a reset of the password signs nobody in, ends sessions, and leaves the factor asked for', async () => {
    const { person, secret } = await factors.withTotp()
    await proveAddress(person)
    const answer = await reset(person)
    expect(answer.status).toBe(204)
    expect((await auth.refresh(person.refreshToken)).status).toBe(401)
    const { challenge } = await factors.challenge(person, 'a-daguerreotype-is-a-mirror')
    expect((await factors.complete({ challenge, code: codeNow(secret) })).status).toBe(200)
  })

  test('an account made with an address of somebody else is theirs alone after a reset: no factor of the one who made it opens or locks it', async () => {
    const made = await auth.register()
    await factors.withPasskey(made)
    await factors.withTotp(made)
    expect((await reset(made)).status).toBe(204)
    const owner = await auth.login(made.user.email, 'a-daguerreotype-is-a-mirror')
    expect(owner.user.id).toBe(made.user.id)
    const left = await auth.sql(
      `select 1 from passkey where account_id = ? union all select 1 from totp where account_id = ?
       union all select 1 from recovery_code where account_id = ?`,
      [made.user.id, made.user.id, made.user.id],
    )
    expect(left).toEqual([])
  })

  test('sessions of before go on, say that they are without, and can do nothing dangerous by the password', async () => {
    const person = await auth.register()
    const elsewhere = await auth.login(person.user.username)
    const { secret } = await factors.withTotp(person)
    const renewed = (await (await auth.refresh(elsewhere.refreshToken)).json()) as SignedIn
    const list = (await (await factors.request(renewed, 'GET', 'sessions')).json()) as { items: Session[] }
    expect(list.items.map(({ id, secondFactor }) => [id, secondFactor])).toEqual([
      [sessionOf(elsewhere), false],
      [sessionOf(person), true],
    ])
    // It was fresh, by the password, when the factor was added.
    const removed = await factors.request(renewed, 'DELETE', 'totp')
    expect(await problemOf(removed)).toMatchObject({ status: 403, code: 'auth.reauthentication_required' })
    const byPassword = await factors.reauthenticate(renewed, { password })
    expect(await problemOf(byPassword)).toEqual({
      status: 422,
      code: 'auth.second_factor_required',
      pointers: ['#/password'],
    })
    expect((await factors.reauthenticate(renewed, { code: codeNow(secret) })).status).toBe(204)
    expect((await factors.request(renewed, 'DELETE', 'totp')).status).toBe(204)
  })

  test('a stolen refresh token opens nothing dangerous', async () => {
    const { person } = await factors.withTotp()
    await auth.age(person)
    const stolen = (await (await auth.refresh(person.refreshToken)).json()) as SignedIn
    await expect(auth.forkEm().transactional((tx) => requireFreshSession(tx, viewerOf(stolen)))).rejects.toMatchObject({
      status: 403,
    })
    expect((await factors.request(stolen, 'POST', 'recovery-codes')).status).toBe(403)
  })

  test('a sign-in that races with the first factor either came before it, or is asked for it', async () => {
    for (let round = 0; round < 5; round++) {
      const person = await auth.register()
      const { secret } = await factors.post<{ secret: string }>('totp', undefined, person.accessToken)
      const body = { login: person.user.username, password }
      const [confirmed, ...logins] = await Promise.all([
        factors.request(person, 'POST', 'totp/confirm', { code: codeNow(secret) }),
        ...Array.from({ length: 4 }, () => auth.request('POST', '/api/v1/auth/login', { body })),
      ])
      expect(confirmed.status).toBe(200)
      for (const login of logins) {
        if (login.status === 202) continue
        const early = (await login.json()) as SignedIn
        expect((await factors.request(early, 'DELETE', 'totp')).status).toBe(403)
      }
    }
  })

  test('a recovery code is also what one says again who one is by, once', async () => {
    const { person, recoveryCodes } = await factors.withTotp()
    await auth.age(person)
    expect((await factors.reauthenticate(person, { code: recoveryCodes[0] })).status).toBe(204)
    expect(await problemOf(await factors.reauthenticate(person, { code: recoveryCodes[0] }))).toMatchObject(codeWrong)
  })
})

test('challenges that nobody answered are cleared away', async () => {
  const { person } = await factors.withTotp()
  await factors.challenge(person)
  await factors.post('login/passkey/options', {})
  await auth.sql('update sign_in_challenge set expires_at = now()')
  await auth.sql('update passkey_challenge set expires_at = now()')
  await purgeSessions({
    em: auth.forkEm(),
    graceSeconds: 20,
    keptKeySeconds: 86_400,
    signal: new AbortController().signal,
  })
  expect(await auth.sql('select 1 from sign_in_challenge')).toEqual([])
  expect(await auth.sql('select 1 from passkey_challenge')).toEqual([])
})
