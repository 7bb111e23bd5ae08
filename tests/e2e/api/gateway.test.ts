import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { Comment, ProblemDetails, SignedIn } from '@daguerre/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { type Answer, api, read, refused } from '../support/api.ts'
import { newAccount, type Person, signUp } from '../support/people.ts'
import { allOf, comment, publish } from '../support/posts.ts'
import { startLimitingGateway } from '../support/second-gateway.ts'

let louise: Person
let postId: string

beforeAll(async () => {
  louise = await signUp('louise')
  postId = (await publish(louise)).id
})

describe.concurrent('idempotency keys', () => {
  function post(text: string, key: string): Promise<Answer<Comment>> {
    return api(louise).post(`/api/v1/posts/${postId}/comments`, { text }, { headers: { 'idempotency-key': key } })
  }

  test('the same request sent again gets the same answer and does nothing twice', async () => {
    const key = randomUUID()
    const first = await post('Once', key)
    const again = await post('Once', key)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    await refused(post('Something else', key), 422, 'idempotency.key_reused')
    const all = await allOf(Comment, louise, `/api/v1/posts/${postId}/comments`)
    expect(all.filter(({ text }) => text === 'Once')).toHaveLength(1)
  })

  test('a key is its sender’s own', async () => {
    const key = randomUUID()
    const nadar = await signUp('nadar')
    const mine = await post('Mine', key)
    const theirs = await api(nadar).post<Comment>(
      `/api/v1/posts/${postId}/comments`,
      { text: 'Theirs' },
      { headers: { 'idempotency-key': key } },
    )
    expect(theirs.status).toBe(201)
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  test('a registration that is sent again signs in again, with the same tokens', async () => {
    const account = newAccount()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await read(SignedIn, api().post('/api/v1/auth/register', account, { headers }), 201)
    const again = await read(SignedIn, api().post('/api/v1/auth/register', account, { headers }), 201)
    expect(again).toEqual(first)
  })
})

describe.concurrent('every answer', () => {
  test('has a request id, the one that problems name too', async () => {
    const { headers } = await api().get('/api/v1/feed')
    expect(headers.get('x-request-id')).toMatch(/^[\w.-]{8,128}$/)
    const answer = await api().get<ProblemDetails>(`/api/v1/posts/${louise.id}`)
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    expect(answer.body.instance).toBe(`/api/v1/posts/${louise.id}`)
  })

  test('tells browsers to be careful', async () => {
    const { headers } = await api().get('/api/v1/feed')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  })

  test('of a GET can be had conditionally and compressed', async () => {
    const { id } = await publish(louise)
    await comment(louise, id, 'Long enough to be worth it. '.repeat(30))
    const path = `/api/v1/posts/${id}/comments`
    const { headers, body } = await api(louise).get(path, { headers: { 'accept-encoding': 'br' } })
    expect(headers.get('content-encoding')).toBe('br')
    expect(headers.get('vary')).toMatch(/authorization.*accept-encoding|accept-encoding.*authorization/i)
    const etag = headers.get('etag') ?? ''
    const again = await api(louise).get(path, { headers: { 'if-none-match': etag } })
    expect(again).toMatchObject({ status: 304, body: undefined })
    const plain = await api(louise).get(path, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(plain.body).toEqual(body)
  })

  test('to an unknown path or method is a problem, and the inside cannot be reached', async () => {
    const undescribed = { described: false }
    await refused(api().get('/api/v1/nothing', undescribed), 404, 'request.route_not_found')
    for (const path of ['/internal/people', '/internal/outbox', '/dapr/subscribe', '/events/post']) {
      await refused(api(louise).post(path, {}, undescribed), 404, 'request.route_not_found')
    }
    const answer = await api(louise).put('/api/v1/posts', {}, undescribed)
    await refused(Promise.resolve(answer), 405, 'request.method_not_allowed')
    expect(answer.headers.get('allow')).toBe('POST')
  })
})

describe('rate limits', () => {
  let gateway: Awaited<ReturnType<typeof startLimitingGateway>>

  beforeAll(async () => {
    gateway = await startLimitingGateway()
  })

  afterAll(() => gateway.stop())

  /** Asks the gateway with limits, from an address that no other test comes from. */
  function ask(address: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return fetch(`${gateway.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
  }

  function someAddress(): string {
    return [10, randomInt(256), randomInt(256), randomInt(256)].join('.')
  }

  test('tell with every answer how many requests are left', async () => {
    const address = someAddress()
    const left: number[] = []
    for (let times = 0; times < 2; times++) {
      const { status, headers } = await ask(address, '/api/v1/feed')
      expect(status).toBe(200)
      expect(headers.get('ratelimit-policy')).toMatch(/^"read";q=\d+;w=\d+$/)
      left.push(Number(/^"read";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]))
    }
    expect(left[1]).toBe(left[0]! - 1)
  })

  test('are strict where passwords are guessed, per address, and say when to come back', async () => {
    const [address, other] = [someAddress(), someAddress()]
    const guesses = await Promise.all(
      Array.from({ length: 25 }, () =>
        ask(address, '/api/v1/auth/login', { login: `nobody${randomBytes(4).toString('hex')}`, password: 'a guess' }),
      ),
    )
    const refusals = guesses.filter(({ status }) => status === 429)
    expect(guesses.length - refusals.length).toBe(20)
    const problem = ProblemDetails.parse(await refusals[0]!.json())
    expect(problem.code).toBe('request.rate_limited')
    expect(Number(refusals[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refusals[0]!.headers.get('ratelimit')).toMatch(/^"login";r=0;t=\d+$/)

    expect((await ask(address, '/api/v1/feed')).status).toBe(200)
    const { username: login, password } = louise
    expect((await ask(other, '/api/v1/auth/login', { login, password })).status).toBe(200)
  })

  test.for([
    ['register', '/api/v1/auth/register', {}],
    ['refresh', '/api/v1/auth/refresh', {}],
    ['reset', '/api/v1/auth/password-reset', {}],
    ['mail', '/api/v1/auth/verify-email/resend', {}],
    ['upload', '/api/v1/media/uploads', {}],
    ['write', '/api/v1/posts', {}],
    ['media', `/media/${randomUUID()}/small.webp`, undefined],
  ] as const)('%s has a row of its own', async ([name, path, body]) => {
    const { headers } = await ask(someAddress(), path, body, { authorization: `Bearer ${louise.accessToken}` })
    expect(headers.get('ratelimit-policy')).toMatch(new RegExp(`^"${name}";`))
  })

  test('are off at the gateway that the other tests ask', async () => {
    const { headers } = await fetch(`${system.url}/api/v1/feed`)
    expect(headers.get('ratelimit-policy')).toBeNull()
  })
})
