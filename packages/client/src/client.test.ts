import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  type ClientOptions,
  ConnectionError,
  createClient,
  memoryStore,
  RegistrationWaits,
  SecondFactorRequired,
  type Session,
} from './index.ts'

type Handler = (request: Request, count: number) => Response | Promise<Response>

/** A client whose server is a function. */
function clientOf(
  handler: Handler,
  session: Session | null = sessionWith('first'),
  options: Pick<ClientOptions, 'reauthenticate' | 'token'> = {},
) {
  const requests: Request[] = []
  const store = memoryStore(session)
  const client = createClient({
    ...options,
    baseUrl: 'http://daguerre.test',
    store,
    retry: { baseMs: 1, maxMs: 2_000 },
    fetch: async (input) => {
      const request = input as Request
      requests.push(request.clone())
      return await handler(request, requests.length)
    },
  })
  return { client, requests, store }
}

function sessionWith(accessToken: string, expiresInMs = 900_000): Session {
  return {
    user: {
      id: 'u',
      email: 'l@example.org',
      emailVerified: true,
      role: 'member',
      deletionAt: null,
      username: 'louise',
      createdAt: '2026-01-01T00:00:00Z',
    },
    accessToken,
    refreshToken: `refresh-${accessToken}`,
    expiresAt: Date.now() + expiresInMs,
  }
}

function signedIn(accessToken: string): Response {
  const { user, refreshToken } = sessionWith(accessToken)
  return Response.json({ user, accessToken, refreshToken, expiresIn: 900 })
}

function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Response {
  return Response.json({ type: 'about:blank', title: code, status, code, ...more }, { status, headers })
}

function isRefresh(request: Request): boolean {
  return request.url.endsWith('/auth/refresh')
}

function bearerOf(request: Request): string | null {
  return request.headers.get('authorization')
}

function page(items: unknown[], nextCursor: string | null = null): Response {
  return Response.json({ items, nextCursor })
}

describe('a registration', () => {
  test('that moderators are to approve begins no session, and says what it waits for', async () => {
    const waits = { waitsFor: ['address', 'approval'] }
    const { client, store } = clientOf(() => Response.json(waits, { status: 202 }), null)
    const input = { email: 'louise@example.org', username: 'louise', password: 'silver on copper' }
    const thrown: unknown = await client.register(input).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(RegistrationWaits)
    expect(thrown).toMatchObject(waits)
    expect(store.get()).toBeNull()
  })
})

describe('a sign-in', () => {
  test('whose password is not enough begins no session until the second factor is given', async () => {
    const asked = { challenge: 'dgr_sc_x', methods: ['totp'], expiresIn: 300 }
    const { client, requests, store } = clientOf(
      (request) => (request.url.endsWith('/login') ? Response.json(asked, { status: 202 }) : signedIn('second')),
      null,
    )
    const refused: unknown = await client.login({ login: 'louise', password: 'x' }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(SecondFactorRequired)
    expect(refused).toMatchObject({ challenge: 'dgr_sc_x', methods: ['totp'] })
    expect(store.get()).toBeNull()
    await client.completeLogin({ challenge: 'dgr_sc_x', code: '123456' })
    expect(store.get()?.accessToken).toBe('second')
    expect(await requests[1]!.json()).toEqual({ challenge: 'dgr_sc_x', code: '123456' })
  })
})

describe('what wants to know again who one is', () => {
  const body = { currentPassword: 'old', newPassword: 'another one' }

  test.each([
    ['is sent once more when that was said', [403, 204], true, null],
    ['is refused if it was not said', [403], false, 403],
    ['is not asked for again and again', [403, 403], true, 403],
  ])('%s', async (_, statuses, said, refused) => {
    const reauthenticate = vi.fn(async () => said)
    const { client, requests } = clientOf(
      (_, count) =>
        statuses[count - 1] === 403
          ? problem(403, 'auth.reauthentication_required')
          : new Response(null, { status: 204 }),
      sessionWith('first'),
      { reauthenticate },
    )
    const asked = client.put('/api/v1/auth/password', { body })
    if (refused === null) await asked
    else await expect(asked).rejects.toMatchObject({ status: refused, code: 'auth.reauthentication_required' })
    expect(requests).toHaveLength(statuses.length)
    for (const request of requests) expect(await request.json()).toEqual(body)
    expect(reauthenticate).toHaveBeenCalledOnce()
  })
})

describe('tokens', () => {
  test('one that is refused is renewed once, however many requests it was refused to', async () => {
    const { client, requests } = clientOf((request) => {
      if (isRefresh(request)) return signedIn('second')
      return bearerOf(request) === 'Bearer second' ? page([]) : problem(401, 'auth.token_invalid')
    })
    await Promise.all([client.get('/api/v1/feed/home'), client.get('/api/v1/users/me'), client.get('/api/v1/feed')])
    expect(requests.filter(isRefresh)).toHaveLength(1)
  })

  test('one that is about to end is renewed before it is sent', async () => {
    const { client, requests } = clientOf(
      (request) => (isRefresh(request) ? signedIn('second') : page([])),
      sessionWith('first', 10_000),
    )
    await client.get('/api/v1/feed/home')
    expect(requests.map(bearerOf)).toEqual([null, 'Bearer second'])
  })

  test('a session that the server has ended is over, as is that of a suspended account; one that cannot be renewed for now is not', async () => {
    let refresh = problem(401, 'auth.refresh_invalid')
    const { client, store } = clientOf((request) => (isRefresh(request) ? refresh : problem(401, 'auth.token_invalid')))
    const changes: string[] = []
    client.session.subscribe((change) => changes.push(change))
    await expect(client.get('/api/v1/users/me')).rejects.toMatchObject({ status: 401 })
    expect([store.get(), changes]).toEqual([null, ['expired']])

    store.set(sessionWith('second'))
    refresh = problem(403, 'auth.account_suspended')
    await expect(client.get('/api/v1/users/me')).rejects.toMatchObject({ status: 401 })
    expect([store.get(), changes]).toEqual([null, ['expired', 'expired']])

    store.set(sessionWith('third'))
    refresh = problem(500, 'internal')
    await expect(client.get('/api/v1/users/me')).rejects.toMatchObject({ status: 500 })
    expect(store.get()?.accessToken).toBe('third')
  })

  test('a personal one is sent with everything, is never renewed, and its end is an error', async () => {
    let status = 200
    const { client, requests } = clientOf(
      () => (status === 200 ? page([]) : problem(401, 'auth.token_invalid')),
      undefined,
      { token: 'dgp_of_the_printer' },
    )
    await client.get('/api/v1/feed/home')
    status = 401
    await expect(client.get('/api/v1/feed/home')).rejects.toMatchObject({ status: 401 })
    expect(requests.map(bearerOf)).toEqual(['Bearer dgp_of_the_printer', 'Bearer dgp_of_the_printer'])
    expect(client.session.current()).toBeNull()
  })

  test('what another tab has renewed is used as it is', async () => {
    const { client, requests, store } = clientOf((request) => {
      if (bearerOf(request) === 'Bearer second') return page([])
      store.set(sessionWith('second'))
      return problem(401, 'auth.token_invalid')
    })
    await client.get('/api/v1/feed')
    expect(requests.some(isRefresh)).toBe(false)
  })

  test('signing out ends the session here, whether the server can be reached or not', async () => {
    const { client, store } = clientOf(() => {
      throw new TypeError('no line')
    })
    await client.logout()
    expect(store.get()).toBeNull()
  })

  test('the session has ended here before the server hears of it, with a token that holds', async () => {
    const ended: boolean[] = []
    const { client, requests, store } = clientOf((request) => {
      if (isRefresh(request)) return signedIn('second')
      ended.push(store.get() === null)
      return new Response(null, { status: 204 })
    })
    store.set({ ...sessionWith('first'), expiresAt: Date.now() - 1000 })
    await client.logout()
    expect(ended).toEqual([true])
    expect(requests.map(bearerOf)).toEqual([null, 'Bearer second'])
  })
})

describe('bad lines', () => {
  test('a GET is sent again after 503 and after no answer', async () => {
    const { client, requests } = clientOf((_request, count) => {
      if (count === 1) return problem(503, 'upstream.unavailable')
      if (count === 2) throw new TypeError('fetch failed')
      return page(['post'])
    })
    expect((await client.get('/api/v1/feed')).items).toEqual(['post'])
    expect(requests).toHaveLength(3)
  })

  test('a creating POST is sent again with the same key and body', async () => {
    const { client, requests } = clientOf((_request, count) => {
      if (count === 1) throw new TypeError('cut')
      return count === 2 ? problem(409, 'idempotency.in_progress') : Response.json({ id: 'c' }, { status: 201 })
    })
    await client.post('/api/v1/posts/{id}/comments', { params: { path: { id: 'p' } }, body: { text: 'Fine grain' } })
    const keys = new Set(requests.map((request) => request.headers.get('idempotency-key')))
    expect([...keys]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    expect(await Promise.all(requests.map((request) => request.text()))).toEqual(Array(3).fill('{"text":"Fine grain"}'))
  })

  test('a PATCH is not sent again when nobody knows whether it arrived', async () => {
    const { client, requests } = clientOf(() => {
      throw new TypeError('cut')
    })
    const edit = client.patch('/api/v1/posts/{id}', { params: { path: { id: 'p' } }, body: { caption: 'x' } })
    await expect(edit).rejects.toBeInstanceOf(ConnectionError)
    expect(requests).toHaveLength(1)
  })

  test('Retry-After is waited for, but not for minutes', async () => {
    vi.useFakeTimers()
    try {
      const { client, requests } = clientOf((_request, count) =>
        count === 1 ? problem(429, 'request.rate_limited', {}, { 'retry-after': '1' }) : page([]),
      )
      const answer = client.get('/api/v1/feed')
      await vi.advanceTimersByTimeAsync(900)
      expect(requests).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(700)
      await answer
      expect(requests).toHaveLength(2)
    } finally {
      vi.useRealTimers()
    }
    const { client, requests } = clientOf(() => problem(429, 'request.rate_limited', {}, { 'retry-after': '120' }))
    await expect(client.get('/api/v1/feed')).rejects.toMatchObject({ status: 429, retryAfterSeconds: 120 })
    expect(requests).toHaveLength(1)
  })

  test('who gives up is heard at once, also in a pause', async () => {
    const abort = new AbortController()
    const { client } = clientOf(() => {
      setTimeout(() => abort.abort(), 5)
      return problem(503, 'upstream.unavailable', {}, { 'retry-after': '2' })
    })
    const began = performance.now()
    await expect(client.get('/api/v1/feed', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

test('an error says which field is wrong, and a proxy’s page is an error too', async () => {
  const { client } = clientOf((_request, count) =>
    count === 1
      ? problem(422, 'request.invalid', {
          errors: [
            { pointer: '#/media/0/altText', detail: 'is too long' },
            { parameter: 'limit', detail: 'is no number' },
          ],
        })
      : new Response('<h1>Bad Gateway</h1>', { status: 500, headers: { 'content-type': 'text/html' } }),
  )
  const error = await client.get('/api/v1/feed').catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ fields: { 'media/0/altText': 'is too long', limit: 'is no number' } })
  await expect(client.get('/api/v1/feed')).rejects.toMatchObject({ status: 500, code: 'http.500' })
})

test('a list is walked to its end, and no further than is asked', async () => {
  const { client, requests } = clientOf((request) => {
    const cursor = new URL(request.url).searchParams.get('cursor')
    return cursor === null ? page(['a', 'b'], 'two') : page(['c'])
  })
  expect(await Array.fromAsync(client.paginate('/api/v1/feed', { params: { query: { limit: 2 } } }))).toEqual([
    'a',
    'b',
    'c',
  ])
  expect(new URL(requests[1]?.url ?? '').search).toBe('?limit=2&cursor=two')
  for await (const _ of client.paginate('/api/v1/feed')) break
  expect(requests).toHaveLength(3)
})

describe('uploads', () => {
  const file = new Blob(['silver'], { type: 'image/jpeg' })

  test('a cut upload goes on with the same key, a renewed token and progress', async () => {
    const progress: number[] = []
    const { client, requests } = clientOf((request, count) => {
      if (isRefresh(request)) return signedIn('second')
      if (count === 1) throw new TypeError('cut')
      if (bearerOf(request) !== 'Bearer second') return problem(401, 'auth.token_invalid')
      return Response.json({ id: 'm', state: 'processing' }, { status: 201 })
    })
    const media = await client.upload(file, { onProgress: (sent) => progress.push(sent) })
    expect([media.id, progress.at(-1)]).toEqual(['m', 6])
    const uploads = requests.filter((request) => !isRefresh(request))
    expect(new Set(uploads.map((request) => request.headers.get('idempotency-key'))).size).toBe(1)
  })

  test('a presigned one brings the bytes to the storage without our token', async () => {
    const { client, requests } = clientOf((request) => {
      if (request.url.startsWith('http://storage.test')) return new Response(null, { status: 200 })
      if (request.url.endsWith('/complete')) return Response.json({ id: 'm', state: 'processing' })
      const upload = { method: 'PUT', url: 'http://storage.test/m', headers: { 'content-type': 'image/jpeg' } }
      return Response.json({ media: { id: 'm' }, upload }, { status: 201 })
    })
    expect((await client.upload(file, { via: 'presigned' })).state).toBe('processing')
    const put = requests[1]
    expect([put?.method, put && bearerOf(put), await put?.text()]).toEqual(['PUT', null, 'silver'])
  })

  test('a refusal is told as it is', async () => {
    const { client, requests } = clientOf(() => problem(415, 'media.unsupported_type'))
    await expect(client.upload(file)).rejects.toMatchObject({ code: 'media.unsupported_type' })
    expect(requests).toHaveLength(1)
  })
})
