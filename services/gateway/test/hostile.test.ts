import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { newId } from '@daguerre/kit/id'
import { testViewer, waitFor } from '@daguerre/kit/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import { createStage } from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage
let sockets: Socket[] = []

beforeEach(async () => {
  stage = await createStage()
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await stage.close()
})

/** Sends these bytes and leaves the connection open. */
async function raw(text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(stage.port, '127.0.0.1')
  sockets.push(socket)
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  socket.on('error', () => {})
  socket.write(text)
  return { socket, received: () => received }
}

describe('a path is one thing to the gateway and to the service', () => {
  test.each(['/media/%2e%2e/metrics', '/media/x/%2E%2e', '/media/../metrics', '/media/%2e/x', '/media/.%2e/readyz'])(
    '%s reaches no service',
    async (path) => {
      const { received } = await raw(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
      await waitFor(() => received().includes('\r\n\r\n'))
      expect(stage.seen.map((item) => item.url)).toEqual([])
    },
  )
})

describe('one request to the gateway is one request to the service', () => {
  const inner = 'GET /internal/outbox HTTP/1.1\r\nhost: localhost\r\n\r\n'
  const chunked = `0\r\n\r\n${inner}`
  function post(headers: string[], body: string): string {
    return ['POST /api/v1/posts HTTP/1.1', 'host: localhost', 'connection: close', ...headers, '', body].join('\r\n')
  }

  test.each([
    ['both a length and chunks', post([`content-length: ${chunked.length}`, 'transfer-encoding: chunked'], chunked)],
    ['chunks before a length', post(['transfer-encoding: chunked', 'content-length: 4'], chunked)],
    ['two lengths', post(['content-length: 0', `content-length: ${inner.length}`], inner)],
    ['a list of lengths', post([`content-length: 0, ${inner.length}`], inner)],
    ['a length with a sign', post([`content-length: +${inner.length}`], inner)],
    ['a coding that is not chunked', post(['transfer-encoding: xchunked'], chunked)],
    ['chunked, and then another coding', post(['transfer-encoding: chunked, identity'], chunked)],
    ['a coding behind a space', post(['transfer-encoding : chunked', 'content-length: 4'], chunked)],
    ['a coding on a folded line', post(['transfer-encoding:', ' chunked', 'content-length: 4'], chunked)],
    ['a coding behind a bare line feed', post(['x: y\ntransfer-encoding: chunked', 'content-length: 4'], chunked)],
    [
      'a coding behind a bare carriage return',
      post(['x: y\rtransfer-encoding: chunked', 'content-length: 4'], chunked),
    ],
    ['a chunk of a size that is none', post(['transfer-encoding: chunked'], `0x0\r\n\r\n${inner}`)],
    ['a chunk that ends in a bare line feed', post(['transfer-encoding: chunked'], `0\n\n${inner}`)],
    ['a NUL in a header', post(['x: \0', 'content-length: 0'], inner)],
  ])('%s: the service is asked for nothing', async (_, text) => {
    const { received } = await raw(text)
    await waitFor(() => received().includes('\r\n\r\n'))
    expect(received()).toMatch(/^HTTP\/1\.1 400 /)
    expect(stage.seen).toEqual([])
  })

  test('what is in a body stays in it, whoever is not read for it', async () => {
    const { received } = await raw(
      `GET /api/v1/posts/mine HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`,
    )
    await waitFor(() => received().includes('\r\n\r\n{}'))
    expect(stage.seen.map(({ url }) => url)).toEqual(['/api/v1/posts/mine'])
  })

  test('a body by chunks comes with the length that it has', async () => {
    const { received } = await raw(
      post(['transfer-encoding: chunked'], '2;x=y\r\n{}\r\n0\r\nx-forwarded-for: 1.1.1.1\r\n\r\n'),
    )
    await waitFor(() => received().includes('\r\n\r\n'))
    expect(stage.seen).toHaveLength(1)
    expect(stage.seen[0]?.headers).toMatchObject({ 'content-length': '2', 'x-forwarded-for': '127.0.0.1' })
    expect(stage.seen[0]?.headers['transfer-encoding']).toBeUndefined()
  })

  test.each(['http://127.0.0.1/internal/outbox', '//internal/outbox', '/api/v1/../../internal/outbox', '*'])(
    'the target %s reaches no service',
    async (target) => {
      const { received } = await raw(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
      await waitFor(() => received().includes('\r\n\r\n'))
      expect(received()).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(stage.seen).toEqual([])
    },
  )

  test.each(['TRACE', 'CONNECT', 'PROPFIND', 'OPTIONS'])('%s reaches no service, and is no fault', async (method) => {
    const { socket, received } = await raw(
      `${method} /api/v1/posts/mine HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    )
    await waitFor(() => received().includes('\r\n\r\n') || socket.closed)
    expect(received()).not.toMatch(/^HTTP\/1\.1 [25]/)
    expect(stage.seen).toEqual([])
  })

  test('headers have a limit: one that is long, all of them, and how many there are', async () => {
    for (const headers of [
      `x: ${'y'.repeat(20_000)}`,
      Array.from({ length: 2000 }, (_, n) => `x-${n}: y`).join('\r\n'),
    ]) {
      const { received } = await raw(`GET /api/v1/posts/mine HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n`)
      await waitFor(() => received().includes('\r\n\r\n'))
      expect(received()).toMatch(/^HTTP\/1\.1 431 /)
    }
    expect(stage.seen).toEqual([])
  })
})

describe('who is slow, or stays, holds up nobody else', () => {
  test('140 open streams leave room for plain requests', async () => {
    stage.script.post = (request, response) => {
      if (request.url?.includes('stream')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(': open\n\n')
      } else response.end('{}')
    }
    const opened = await Promise.all(
      Array.from({ length: 140 }, () => raw('GET /api/v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n')),
    )
    await waitFor(() => opened.every(({ received }) => received().includes(': open')), { timeoutMs: 15_000 })
    const answer = await fetch(`${stage.url}/api/v1/posts/mine`, { signal: AbortSignal.timeout(8000) })
    expect(answer.status).toBe(200)
  })

  test('140 bodies that do not come leave room for others, and are not even begun at the service', async () => {
    await Promise.all(
      Array.from({ length: 140 }, () =>
        raw('POST /api/v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n{'),
      ),
    )
    const answer = await fetch(`${stage.url}/api/v1/posts`, {
      method: 'POST',
      body: '{}',
      signal: AbortSignal.timeout(8000),
    })
    expect(answer.status).toBe(200)
    expect(stage.seen).toHaveLength(1)
  })

  test('a GET whose body does not come does not make others wait for its answer', async () => {
    const path = `/api/v1/posts/${newId()}`
    await raw(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${stage.port}\r\ncontent-length: 900\r\n\r\n`)
    await waitFor(async () => (await stage.app.request('/healthz')).ok)
    const answer = await fetch(`${stage.url}${path}`, { signal: AbortSignal.timeout(8000) })
    expect(answer.status).toBe(200)
  })

  test('who sends an upload that is refused at once gets the answer, not a broken connection', async () => {
    stage.script.post = (_request, response) => {
      response.statusCode = 401
      response.end('{"code":"auth.token_missing"}')
    }
    for (let times = 0; times < 20; times++) {
      const status = await new Promise<number | string>((resolve) => {
        const client = httpRequest(
          `${stage.url}/api/v1/upload`,
          { method: 'POST', headers: { 'content-length': 4_000_000 } },
          (response) => {
            response.resume().on('close', () => resolve(response.complete ? (response.statusCode ?? 0) : 'cut off'))
          },
        )
        client.on('error', (error) => resolve(String(error)))
        client.end(Buffer.alloc(4_000_000))
      })
      expect(status).toBe(401)
    }
  })

  test('a client that leaves is no fault of the service', async () => {
    stage.script.post = () => {}
    const abort = new AbortController()
    const path = `/api/v1/posts/mine?${randomUUID()}`
    const asked = fetch(`${stage.url}${path}`, { signal: abort.signal }).catch(() => null)
    await waitFor(() => stage.seen.length === 1)
    abort.abort()
    await asked
    await waitFor(async () => {
      const metrics = await (await fetch(`${stage.url}/metrics`)).text()
      return /http_requests_total\{[^}]*route="\/api\/v1\/posts\/mine",status="499"/.test(metrics)
    })
  })

  test('an answer that stops in the middle is 5xx of that service, not a fault of the gateway', async () => {
    stage.script.post = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{')
      setImmediate(() => response.destroy())
    }
    const response = await fetch(`${stage.url}/api/v1/posts/mine`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'post.unavailable' })
  })
})

describe('limits', () => {
  test('signing in is counted by address, whoever the sender says to be', async () => {
    await stage.close()
    stage = await createStage({ trustedProxies: 1 })
    const address = randomUUID()
    const statuses = []
    for (let times = 0; times < 21; times++) {
      const headers = { ...(await stage.tokens.headersFor(testViewer())), 'x-forwarded-for': address }
      statuses.push((await fetch(`${stage.url}/auth/login`, { method: 'POST', body: '{}', headers })).status)
    }
    expect(statuses.at(-1)).toBe(429)
  })

  test('an IPv6 network counts as one address', async () => {
    await stage.close()
    stage = await createStage({ trustedProxies: 1 })
    const network = `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}`
    const statuses = []
    for (let times = 0; times < 21; times++) {
      const headers = { 'x-forwarded-for': `${network}:${times + 1}::1` }
      statuses.push((await fetch(`${stage.url}/auth/login`, { method: 'POST', body: '{}', headers })).status)
    }
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('streams', () => {
  test('an open stream ends when its session does', async () => {
    let left = false
    stage.script.post = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': open\n\n')
      request.on('close', () => {
        left = true
      })
    }
    const viewer = testViewer()
    const response = await fetch(`${stage.url}/api/v1/stream`, { headers: await stage.tokens.headersFor(viewer) })
    const reader = response.body!.getReader()
    await reader.read()
    await stage.redis.set(endedSessionKey(viewer.sessionId), '1', 'EX', 60)
    const startedAt = performance.now()
    await reader.read().catch(() => null)
    expect(performance.now() - startedAt).toBeLessThan(2000)
    await waitFor(() => left)
  })
})
