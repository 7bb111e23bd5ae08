import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { brotliDecompressSync } from 'node:zlib'
import { idFrom, newId } from '@daguerre/kit/id'
import { testViewer, waitFor } from '@daguerre/kit/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import { createUpstreams } from '../src/upstreams.ts'
import { createStage } from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage

beforeEach(async () => {
  stage = await createStage()
})
afterEach(() => stage.close())

async function problemOf(response: Response): Promise<{ code: string }> {
  return (await response.json()) as { code: string }
}

describe('only described routes exist', () => {
  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    const unknown = await fetch(`${stage.url}/internal/outbox`, { method: 'POST' })
    expect(unknown.status).toBe(404)
    expect((await problemOf(unknown)).code).toBe('request.route_not_found')
    const wrong = await fetch(`${stage.url}/api/v1/posts/${newId()}`, { method: 'PUT' })
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('GET, DELETE')
    expect(stage.seen).toEqual([])
  })

  test('paths that try to climb or to hide do not reach a service by another name', async () => {
    for (const path of [
      '/api/v1/../../internal/outbox',
      '/api/v1//posts/mine/',
      '/%69nternal/outbox',
      '/api/v1/posts/mine/..%2f..%2finternal',
    ]) {
      const status = await rawStatus(stage.port, path)
      expect(status, path).toBe(404)
    }
    expect(stage.seen).toEqual([])
  })

  test('literal segments win over parameters', async () => {
    stage.script.post = (request, response) => response.end(JSON.stringify({ url: request.url }))
    await fetch(`${stage.url}/api/v1/posts/mine?x=1`)
    expect(stage.seen.map((item) => item.url)).toEqual(['/api/v1/posts/mine?x=1'])
  })
})

describe('what is passed on', () => {
  test("an application's secret by HTTP Basic, where tokens are asked for, and nowhere else", async () => {
    stage.script.auth = (_, response) => response.end('{}')
    const headers = {
      authorization: `Basic ${btoa('print:secret')}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answer = await fetch(`${stage.url}/api/v1/oauth/token`, { method: 'POST', headers, body: 'x=y' })
    expect(answer.status).toBe(200)
    expect(stage.seen.map((item) => item.headers.authorization)).toEqual([headers.authorization])
    for (const path of ['/api/v1/feed', '/api/v1/auth/me', '/api/v1/posts/mine']) {
      const refused = await fetch(`${stage.url}${path}`, { headers: { authorization: headers.authorization } })
      expect([path, refused.status, (await problemOf(refused)).code]).toEqual([path, 401, 'auth.token_invalid'])
    }
    expect(stage.seen).toHaveLength(1)
  })

  test('headers that speak for the inside are dropped, the request id and the trace are set', async () => {
    const response = await fetch(`${stage.url}/api/v1/posts/mine`, {
      headers: {
        'dapr-api-token': 'stolen',
        'dapr-app-id': 'auth',
        'x-daguerre-viewer': 'somebody',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-user': 'somebody',
        'x-forwarded-prefix': '/internal',
        'x-real-ip': '10.0.0.1',
        forwarded: 'for=10.0.0.1',
        'x-original-url': '/internal/outbox',
        'x-rewrite-url': '/internal/outbox',
        'x-http-method-override': 'DELETE',
        'http2-settings': 'AAMAAABkAAQAAP__',
        tracestate: 'inside=1',
        'x-request-id': 'my-own-request-id',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    })
    const headers = stage.seen[0]?.headers ?? {}
    const inside =
      /^(?:dapr-|x-daguerre-|x-forwarded-(?!for|host|proto)|forwarded|x-real|x-orig|x-rew|x-http|http2|tracestate)/
    expect(Object.keys(headers).filter((name) => inside.test(name))).toEqual([])
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers['x-request-id']).toBe('my-own-request-id')
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/)
    expect(response.headers.get('x-request-id')).toBe('my-own-request-id')
  })

  test('a URL that is not percent-encoded UTF-8 is refused before the service sees it', async () => {
    const asked = stage.seen.length
    for (const query of ['q=%ED%A0%80', 'q=%', 'q=%ff']) {
      const response = await fetch(`${stage.url}/api/v1/posts/mine?${query}`)
      expect(response.status, query).toBe(400)
      expect(((await response.json()) as { code: string }).code).toBe('request.malformed_url')
    }
    expect(stage.seen.length).toBe(asked)
  })

  test('security headers are on every answer, also on errors', async () => {
    for (const path of ['/api/v1/posts/mine', '/nowhere', '/docs']) {
      const response = await fetch(`${stage.url}${path}`)
      expect(response.headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(response.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
    }
  })

  test('CORS is closed unless an origin is named', async () => {
    const closed = await fetch(`${stage.url}/api/v1/posts/mine`, { headers: { origin: 'https://app.example' } })
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
    const open = await createStage({ corsOrigins: ['https://app.example'] })
    try {
      const allowed = await fetch(`${open.url}/api/v1/posts/mine`, { headers: { origin: 'https://app.example' } })
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
      const other = await fetch(`${open.url}/api/v1/posts/mine`, { headers: { origin: 'https://evil.example' } })
      expect(other.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await fetch(`${open.url}/api/v1/posts`, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    } finally {
      await open.close()
    }
  })
})

describe('bodies', () => {
  test('a body over the limit is 413 before the service sees it, declared or chunked', async () => {
    const declared = await fetch(`${stage.url}/api/v1/posts`, { method: 'POST', body: 'x'.repeat(1001) })
    expect(declared.status).toBe(413)
    stage.script.post = (request, response) => {
      request.on('error', () => {})
      request.resume().on('end', () => response.end('{}'))
    }
    const chunked = await fetch(`${stage.url}/api/v1/posts`, {
      method: 'POST',
      body: Readable.toWeb(Readable.from([Buffer.alloc(600), Buffer.alloc(600)])),
      duplex: 'half',
    })
    expect(chunked.status).toBe(413)
    expect((await problemOf(chunked)).code).toBe('request.too_large')
  })

  test('an upload flows while it comes: the service has its first bytes before the client sent the last', async () => {
    let received = 0
    stage.script.post = (request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => response.end(JSON.stringify({ received })))
    }
    const answer = new Promise<string>((resolve, reject) => {
      const client = httpRequest(
        `${stage.url}/api/v1/upload`,
        { method: 'POST', headers: { 'content-length': 2_000_000 } },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString()
          })
          response.on('end', () => resolve(text))
        },
      )
      client.on('error', reject)
      client.write(Buffer.alloc(1_000_000))
      void waitFor(() => received >= 500_000).then(() => client.end(Buffer.alloc(1_000_000)))
    })
    expect(await answer).toBe('{"received":2000000}')
  })

  test('a client that leaves in the middle of an upload ends the request to the service', async () => {
    let aborted = false
    stage.script.post = (request) => {
      request.on('error', () => {})
      request.on('close', () => {
        aborted = !request.complete
      })
      request.resume()
    }
    const client = httpRequest(`${stage.url}/api/v1/upload`, {
      method: 'POST',
      headers: { 'content-length': 2_000_000 },
    })
    client.on('error', () => {})
    client.write(Buffer.alloc(100_000))
    await waitFor(() => stage.seen.length === 1)
    client.destroy()
    expect(await waitFor(() => aborted)).toBe(true)
  })

  test('a stream is passed on as it comes, and ends at the service when the client leaves', async () => {
    let left = false
    stage.script.post = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      request.on('close', () => {
        left = true
      })
    }
    const abort = new AbortController()
    const response = await fetch(`${stage.url}/api/v1/stream`, { signal: abort.signal })
    const reader = response.body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: one\n\n')
    abort.abort()
    await waitFor(() => left)
  })
})

describe('answers', () => {
  test('an ETag, and 304 for who has it already', async () => {
    stage.script.post = (_request, response) => response.end('{"a":1}')
    const first = await fetch(`${stage.url}/api/v1/posts/mine`)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"/)
    const again = await fetch(`${stage.url}/api/v1/posts/mine`, { headers: { 'if-none-match': `"other", ${etag}` } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    stage.script.post = (_request, response) => response.end('{"a":2}')
    const changed = await fetch(`${stage.url}/api/v1/posts/mine`, { headers: { 'if-none-match': etag } })
    expect(changed.status).toBe(200)
  })

  test('long answers are compressed for who takes it', async () => {
    const body = JSON.stringify({ text: 'light '.repeat(1000) })
    stage.script.post = (_request, response) => response.end(body)
    const raw = await rawBody(stage.port, '/api/v1/posts/mine', { 'accept-encoding': 'gzip;q=0.5, br' })
    expect(raw.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(raw.body).toString()).toBe(body)
    const plain = await rawBody(stage.port, '/api/v1/posts/mine', { 'accept-encoding': 'identity' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.headers['vary']).toContain('accept-encoding')
  })

  test('HEAD has the headers of GET and no body', async () => {
    stage.script.post = (_request, response) => response.end('{"a":1}')
    const head = await fetch(`${stage.url}/api/v1/posts/mine`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '7', ''])
    expect(head.headers.get('etag')).not.toBeNull()
  })

  test('anonymous reads are asked once for all who come at once; signed-in ones never shared', async () => {
    const path = `/api/v1/posts/${newId()}`
    stage.script.post = (request, response) => {
      setImmediate(() => response.end(JSON.stringify({ who: request.headers.authorization ?? null })))
    }
    await Promise.all(Array.from({ length: 10 }, () => fetch(`${stage.url}${path}`)))
    expect(stage.seen).toHaveLength(1)
    const headers = await stage.tokens.headersFor(testViewer())
    const mine = (await (await fetch(`${stage.url}${path}`, { headers })).json()) as { who: string }
    expect(mine.who).toBe(headers['authorization'])
    const anonymous = (await (await fetch(`${stage.url}${path}`)).json()) as { who: string | null }
    expect(anonymous.who).toBeNull()
  })

  test('a service that is down is 503 with Retry-After, one that hangs up in the middle too, and nothing leaks', async () => {
    stage.script.post = (request) => request.socket.destroy()
    const response = await fetch(`${stage.url}/api/v1/posts/${newId()}`, { method: 'DELETE' })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'post.unavailable', status: 503 })
    expect(text).not.toMatch(/ECONN|socket|127\.0\.0\.1/i)
  })
})

describe('who asks', () => {
  test('an ended session stops its access token at once', async () => {
    const viewer = testViewer()
    const headers = await stage.tokens.headersFor(viewer)
    expect((await fetch(`${stage.url}/api/v1/posts/mine`, { headers })).status).toBe(200)
    await stage.redis.set(endedSessionKey(viewer.sessionId), '1', 'EX', 60)
    const ended = await fetch(`${stage.url}/api/v1/posts/mine`, { headers })
    expect(ended.status).toBe(401)
    expect((await problemOf(ended)).code).toBe('auth.session_ended')
    // Seen once, it stays so, also when Redis has lost it.
    await stage.redis.del(endedSessionKey(viewer.sessionId))
    expect((await fetch(`${stage.url}/api/v1/posts/mine`, { headers })).status).toBe(401)
  })

  test('a bad token is 401 on every route, also where none is needed', async () => {
    for (const token of ['x', 'a.b.c', await stage.tokens.tokenFor(testViewer(), { expiresInSeconds: -60 })]) {
      const response = await fetch(`${stage.url}/api/v1/posts/${newId()}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(response.status).toBe(401)
    }
    expect(stage.seen).toEqual([])
  })

  test('limits per address and per person, told in headers, 429 with Retry-After', async () => {
    // A name of its own for this client, so that tests do not share counts.
    await stage.close()
    stage = await createStage({ trustedProxies: 1 })
    const address = randomUUID()
    function login(from: string): Promise<Response> {
      const headers = { 'x-forwarded-for': `6.6.6.6, ${from}` }
      return fetch(`${stage.url}/auth/login`, { method: 'POST', body: '{}', headers })
    }
    const first = await login(address)
    expect(first.headers.get('ratelimit')).toBe('"login";r=19;t=300')
    expect(first.headers.get('ratelimit-policy')).toBe('"login";q=20;w=300')
    for (let times = 0; times < 19; times++) await login(address)
    const over = await login(address)
    expect(over.status).toBe(429)
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemOf(over)).code).toBe('request.rate_limited')
    expect((await login(randomUUID())).status).toBe(200)
  })

  test('who has come lately follows fewer people a day, and nobody follows more in a minute than anybody writes', async () => {
    const [young, old] = [newId(), idFrom(new Date(Date.now() - 8 * 86_400_000)).slice(0, 24) + newId().slice(24)]
    async function follow(id: string, times: number): Promise<Response> {
      const headers = await stage.tokens.headersFor({ ...testViewer('follower'), id })
      const url = `${stage.url}/api/v1/users/${newId()}/follow`
      for (let before = 1; before < times; before++) await (await fetch(url, { method: 'PUT', headers })).text()
      return await fetch(url, { method: 'PUT', headers })
    }
    const last = await follow(young, 50)
    expect([last.status, last.headers.get('ratelimit-policy')]).toEqual([200, '"follow";q=50;w=86400'])
    const over = await follow(young, 1)
    expect([over.status, (await problemOf(over)).code]).toEqual([429, 'request.rate_limited'])
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(80_000)
    expect((await follow(old, 240)).headers.get('ratelimit')).toMatch(/^"follow";r=160;/)
    expect((await follow(old, 1)).headers.get('ratelimit')).toMatch(/^"write";r=0;/)
  })

  test('who knows the trusted token is not limited, and no service sees it; a wrong one counts as none', async () => {
    await stage.close()
    const trustedToken = randomUUID()
    stage = await createStage({ trustedProxies: 1, trustedToken })
    const address = randomUUID()
    function login(token: string): Promise<Response> {
      const headers = { 'x-forwarded-for': address, 'x-daguerre-trusted-token': token }
      return fetch(`${stage.url}/auth/login`, { method: 'POST', body: '{}', headers })
    }
    for (let times = 0; times < 22; times++) expect((await login(trustedToken)).status).toBe(200)
    expect(stage.seen.every(({ headers }) => headers['x-daguerre-trusted-token'] === undefined)).toBe(true)
    expect((await login(trustedToken)).headers.get('ratelimit')).toBeNull()
    for (const wrong of [randomUUID(), '', trustedToken.slice(1)]) {
      expect((await login(wrong)).headers.get('ratelimit')).toContain('"login"')
    }
  })

  test('without a trusted token in the configuration nobody has it', async () => {
    for (const token of ['', 'undefined']) {
      const response = await fetch(`${stage.url}/api/v1/posts/${newId()}`, {
        headers: { 'x-daguerre-trusted-token': token },
      })
      expect(response.headers.get('ratelimit')).toContain('"read"')
    }
  })

  test('without Redis nobody is turned away', async () => {
    await stage.close()
    stage = await createStage({ redisUrl: 'redis://127.0.0.1:1' })
    const headers = await stage.tokens.headersFor(testViewer())
    expect((await fetch(`${stage.url}/api/v1/posts/mine`, { headers })).status).toBe(200)
    expect(stage.redisErrors()).toBeGreaterThan(0)
    expect((await fetch(`${stage.url}/readyz`)).status).toBe(503)
  })
})

describe('documents and the inside', () => {
  test('docs work offline: every asset comes from here', async () => {
    const html = await (await fetch(`${stage.url}/docs`)).text()
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(assets.length).toBeGreaterThan(3)
    for (const asset of assets) {
      expect(asset).toMatch(/^\//)
      expect((await fetch(`${stage.url}${asset}`)).status, asset).toBe(200)
    }
    expect((await fetch(`${stage.url}/docs/assets/package.json`)).status).toBe(404)
  })

  test('the old Swagger path answers and says that it is deprecated', async () => {
    const response = await fetch(`${stage.url}/api`)
    expect(response.status).toBe(200)
    expect(response.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(response.headers.get('link')).toContain('</docs>; rel="successor-version"')
  })

  test('metrics are labelled by route template, and not for those who come through a proxy', async () => {
    await fetch(`${stage.url}/api/v1/posts/${newId()}`)
    const metrics = await (await fetch(`${stage.url}/metrics`)).text()
    expect(metrics).toContain('route="/api/v1/posts/{id}"')
    expect((await fetch(`${stage.url}/metrics`, { headers: { 'x-forwarded-for': '10.1.1.1' } })).status).toBe(404)
  })
})

describe('instances of a service', () => {
  test('are asked in turn, and one that is gone is passed over', async () => {
    const counts = { a: 0, b: 0 }
    const [a, b] = await Promise.all([
      stage.listen((_request, response) => {
        counts.a++
        response.end()
      }),
      stage.listen((_request, response) => {
        counts.b++
        response.end()
      }),
    ])
    const upstreams = createUpstreams({ post: [a, 'http://127.0.0.1:1', b] })
    for (let times = 0; times < 20; times++) {
      const { body } = await upstreams.request('post', { method: 'GET', path: '/' })
      await body.dump()
    }
    await upstreams.close()
    expect(counts.a + counts.b).toBe(20)
    expect(Math.min(counts.a, counts.b)).toBeGreaterThanOrEqual(9)
  })
})

function rawStatus(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Number(text.split(' ')[1])))
  })
}

function rawBody(port: number, path: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })
}
