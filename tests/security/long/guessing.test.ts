import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAccount, type Person, signUp, unique } from '../../e2e/support/people.ts'
import { startLimitingGateway } from '../../e2e/support/second-gateway.ts'
import { system } from '../../setup/system.ts'
import { tell } from '../support/counts.ts'
import { median, rankTest } from '../support/rank-test.ts'

const json = { 'content-type': 'application/json' }

async function post(path: string, body: unknown, { base = system.url, from = '' } = {}) {
  const began = performance.now()
  const answer = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { ...json, ...(from !== '' && { 'x-forwarded-for': from }) },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, text, retryAfter: answer.headers.get('retry-after'), ms: performance.now() - began }
}

describe('guessing passwords', () => {
  let limiting: Awaited<ReturnType<typeof startLimitingGateway>>
  beforeAll(async () => {
    limiting = await startLimitingGateway()
  })
  afterAll(() => limiting.stop())

  function address(): string {
    return `198.51.${randomInt(256)}.${randomInt(256)}`
  }

  test('from one address ends after a few tries, over how many accounts they may be spread', async () => {
    const from = address()
    const tries = 60
    let answered = 0
    for (let made = 0; made < tries; made++) {
      const answer = await post(
        '/api/v1/auth/login',
        { login: newAccount().username, password: 'guessed it' },
        { base: limiting.url, from },
      )
      if (answer.status === 401) answered++
      else expect(answer).toMatchObject({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) })
    }
    expect(answered).toBeLessThanOrEqual(20)
    tell('guesses from one address', `${answered} of ${tries} were looked at`)
  })

  test('of one account ends after a hundred tries, from how many addresses they may come', async () => {
    const victim = await signUp('victim')
    const tries = 200
    let answered = 0
    const began = performance.now()
    for (let made = 0; made < tries; made++) {
      const login = made % 2 ? victim.username : victim.username.toUpperCase()
      const answer = await post(
        '/api/v1/auth/login',
        { login, password: `guess ${made}` },
        { base: limiting.url, from: address() },
      )
      if (answer.status === 401) answered++
      else expect(answer.status).toBe(429)
    }
    // As services/auth says: a hundred from everywhere, then one every ten seconds.
    const allowed = 100 + Math.ceil((performance.now() - began) / 10_000)
    expect(answered).toBeLessThanOrEqual(allowed)
    tell('guesses of one account', `${answered} of ${tries}, each from another address, were looked at`)
  })

  test('of links and refresh tokens is counted too', async () => {
    for (const [path, body] of [
      ['/api/v1/auth/refresh', () => ({ refreshToken: `dgr_rt_${unique().padEnd(43, 'A')}` })],
      [
        '/api/v1/auth/password-reset/confirm',
        () => ({ token: unique().padEnd(43, 'A'), password: 'silver on copper 1839' }),
      ],
    ] as const) {
      const from = address()
      const statuses = new Set<number>()
      for (let made = 0; made < 80; made++)
        statuses.add((await post(path, body(), { base: limiting.url, from })).status)
      expect([path, statuses.has(429)]).toEqual([path, true])
    }
  })
})

describe('whether an address or a name has an account', () => {
  const samples = 50
  let people: Person[]
  beforeAll(async () => {
    people = []
    for (let made = 0; made < samples; made++) people.push(await signUp('known'))
  })

  interface Compared {
    a: number[]
    b: number[]
    texts: Set<string>
  }

  /** In turns, in an order that chance decides: what else the machine does meets both alike. */
  async function compare(
    known: (index: number) => Promise<{ ms: number; status: number; text: string }>,
    unknown: (index: number) => Promise<{ ms: number; status: number; text: string }>,
  ): Promise<Compared> {
    const compared: Compared = { a: [], b: [], texts: new Set() }
    for (let index = 0; index < samples; index++) {
      const turns = [
        { ask: known, into: compared.a },
        { ask: unknown, into: compared.b },
      ]
      for (const { ask, into } of randomInt(2) ? turns : turns.toReversed()) {
        const { ms, status, text } = await ask(index)
        into.push(ms)
        // What is drawn anew each time tells nothing.
        compared.texts.add(
          `${status} ${text.replaceAll(/"(?:requestId|id|createdAt|accessToken|refreshToken|username|email)":"[^"]*"/g, '')}`,
        )
      }
    }
    return compared
  }

  function described({ a, b }: Compared): string {
    const { u, p, larger } = rankTest(a, b)
    return `medians ${median(a).toFixed(1)} and ${median(b).toFixed(1)} ms, U ${u} of ${a.length * b.length}, p ${p.toPrecision(2)}, P(known slower) ${larger.toFixed(2)}`
  }

  const requests: [
    string,
    (name: string, email: string, index: number) => Promise<{ ms: number; status: number; text: string }>,
  ][] = [
    ['a sign-in by name', (login) => post('/api/v1/auth/login', { login, password: 'not this one' })],
    ['a sign-in by address', (_, login) => post('/api/v1/auth/login', { login, password: 'not this one' })],
    ['a reset of the password', (_, email) => post('/api/v1/auth/password-reset', { email })],
    ['a registration', (_, email) => post('/api/v1/auth/register', { ...newAccount(), email })],
  ]

  test.each(requests)('is told by %s neither in words nor in time', async (what, request) => {
    async function once(): Promise<Compared> {
      return await compare(
        (index) => request(people[index]!.username, people[index]!.email, index),
        (index) => request(newAccount().username, newAccount().email, index),
      )
    }
    const first = await once()
    expect([...first.texts]).toHaveLength(1)
    tell(what, described(first))
    // By chance one of a thousand runs says so; both of two in a row, one of a million. A small difference on a loaded machine needs more samples than this.
    if (!isTold(first)) return
    const second = await once()
    tell(`${what}, again`, described(second))
    expect(isTold(second), described(second)).toBe(false)
  })

  function isTold({ a, b }: Compared): boolean {
    return rankTest(a, b).p < 0.001
  }

  test('would be found if it were told: by a sign-in that verifies no password, or takes half as long again', async () => {
    function login() {
      return post('/api/v1/auth/login', { login: newAccount().username, password: 'not this one' })
    }
    const empty = await compare(login, () => post('/api/v1/auth/login', { login: newAccount().username, password: '' }))
    expect(isTold(empty)).toBe(true)
    function longerBy(share: number) {
      return compare(async () => {
        const answer = await login()
        return { ...answer, ms: answer.ms + median(empty.a) * share }
      }, login)
    }
    const longer = await longerBy(0.5)
    tell('a sign-in that takes half as long again, to compare', described(longer))
    expect(isTold(longer)).toBe(true)
    // How fine this looks on the machine as it is; told, not asked for.
    tell('a sign-in that takes a tenth longer, to compare', described(await longerBy(0.1)))
  })
})
