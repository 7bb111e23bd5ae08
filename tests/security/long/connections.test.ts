import { randomInt, randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { internalRoutes } from '@daguerre/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signUp } from '../../e2e/support/people.ts'
import { startLimitingGateway } from '../../e2e/support/second-gateway.ts'
import { system } from '../../setup/system.ts'
import { tell } from '../support/counts.ts'
import { quantile } from '../support/rank-test.ts'

let sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  sockets = []
})

interface Raw {
  socket: Socket
  received: () => string
  /** When it was closed, by the clock of performance; null while it is open. */
  closedAt: () => number | null
}

function open(text: string): Promise<Raw> {
  const { hostname, port } = new URL(system.url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  let received = ''
  let closedAt: number | null = null
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.on('error', () => {})
  socket.once('close', () => (closedAt = performance.now()))
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      if (text !== '') socket.write(text, 'latin1')
      resolve({ socket, received: () => received, closedAt: () => closedAt })
    })
  })
}

interface Visit {
  ms: number
  isOk: boolean
}

/** Somebody who reads the feed, one page after the other, until they are told to stop. */
function quietReader(base = system.url, from = '') {
  const visits: Visit[] = []
  let isReading = true
  async function read(): Promise<void> {
    while (isReading) {
      const began = performance.now()
      const isOk = await fetch(`${base}/api/v1/feed?limit=5`, {
        headers: from === '' ? {} : { 'x-forwarded-for': from },
        signal: AbortSignal.timeout(10_000),
      }).then(
        async (answer) => (await answer.text()) !== '' && answer.status === 200,
        () => false,
      )
      visits.push({ ms: performance.now() - began, isOk })
      await sleep(25)
    }
  }
  const reading = read()
  return {
    async stop(): Promise<Visit[]> {
      isReading = false
      await reading
      return visits
    },
  }
}

async function readFor(ms: number, ...where: Parameters<typeof quietReader>): Promise<Visit[]> {
  const reader = quietReader(...where)
  await sleep(ms)
  return await reader.stop()
}

function described(visits: Visit[]): string {
  const times = visits.map(({ ms }) => ms)
  return `${visits.filter(({ isOk }) => isOk).length} of ${visits.length} answered, p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`
}

function expectServed(visits: Visit[]): void {
  expect(visits.length).toBeGreaterThan(5)
  expect(visits.filter(({ isOk }) => !isOk)).toEqual([])
  expect(
    quantile(
      visits.map(({ ms }) => ms),
      0.95,
    ),
  ).toBeLessThan(2000)
}

async function gatewayMemoryMb(): Promise<number> {
  const metrics = await (await fetch(`${system.url}/metrics`)).text()
  return Math.round(
    Number(/^(?:\w+_)?process_resident_memory_bytes(?:\{[^}]*\})? ([\d.e+]+)$/m.exec(metrics)?.[1]) / 1e6,
  )
}

describe('who holds connections', () => {
  test('by headers that never end is let go of within 15 s, and others are served all the while', async () => {
    const alone = await readFor(2000)
    const reader = quietReader()
    const began = performance.now()
    const slow = await Promise.all(
      Array.from({ length: 500 }, () => open(`GET /api/v1/feed HTTP/1.1\r\nhost: localhost\r\nx-slow: `)),
    )
    const drip = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write('x')), 1000)
    await sleep(16_000)
    clearInterval(drip)
    const visits = await reader.stop()
    const held = slow.map(({ closedAt }) => (closedAt() ?? Infinity) - began)
    expect(Math.max(...held)).toBeLessThan(16_000)
    expectServed(visits)
    tell(
      'slowloris',
      `${slow.length} connections let go of after ${(Math.max(...held) / 1000).toFixed(1)} s at most; others: ${described(visits)}; alone: ${described(alone)}`,
    )
  })

  test('by a body that trickles is told so within 35 s, and no service is asked', async () => {
    const began = performance.now()
    const slow = await Promise.all(
      Array.from({ length: 200 }, () =>
        open(
          'POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
        ),
      ),
    )
    const drip = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write(' ')), 1000)
    const visits = await readFor(36_000)
    clearInterval(drip)
    expect(slow.filter(({ received }) => !received().startsWith('HTTP/1.1 408 ')).length).toBe(0)
    expect(Math.max(...slow.map(({ closedAt }) => (closedAt() ?? Infinity) - began))).toBeLessThan(36_000)
    expectServed(visits)
    tell('bodies that trickle', `${slow.length} refused; others: ${described(visits)}`)
  })

  test('10,000 of them, and says nothing, takes no place from others, and is let go of', async () => {
    const before = await gatewayMemoryMb()
    const idle: Raw[] = []
    while (idle.length < 10_000) idle.push(...(await Promise.all(Array.from({ length: 250 }, () => open('')))))
    const during = await gatewayMemoryMb()
    const visits = await readFor(3000)
    expectServed(visits)
    const deadline = performance.now() + 20_000
    while (performance.now() < deadline && idle.some(({ closedAt }) => closedAt() === null)) await sleep(200)
    expect(idle.filter(({ closedAt }) => closedAt() === null)).toHaveLength(0)
    tell(
      'idle connections',
      `${idle.length}: ${described(visits)}; the gateway had ${before} MB before and ${during} MB with them`,
    )
  })
})

describe('who asks without end', () => {
  let limiting: Awaited<ReturnType<typeof startLimitingGateway>>
  beforeAll(async () => {
    limiting = await startLimitingGateway()
  })
  afterAll(() => limiting.stop())

  /** Sends so many requests, 32 at a time. @returns how many had which status */
  async function flood(requests: number, send: () => Promise<Response>): Promise<Record<number, number>> {
    const statuses: Record<number, number> = {}
    let left = requests
    async function one(): Promise<void> {
      while (left-- > 0) {
        const status = await send().then(
          async (answer) => {
            await answer.arrayBuffer()
            return answer.status
          },
          () => 0,
        )
        statuses[status] = (statuses[status] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: 32 }, one))
    return statuses
  }

  test('gets what one may have, and others theirs: from an address, and with an account', async () => {
    const noisy = await signUp('noisy')
    const floods: [string, number, () => Promise<Response>][] = [
      [
        'an address',
        1200,
        () => fetch(`${limiting.url}/api/v1/feed?limit=5`, { headers: { 'x-forwarded-for': from } }),
      ],
      [
        'an account',
        1200,
        () =>
          fetch(`${limiting.url}/api/v1/feed/home?limit=5`, {
            headers: { 'x-forwarded-for': from, authorization: `Bearer ${noisy.accessToken}` },
          }),
      ],
    ]
    let from = ''
    for (const [what, share, send] of floods) {
      from = `203.0.113.${randomInt(256)}-${randomUUID()}`
      const quiet = randomUUID()
      const alone = await readFor(3000, limiting.url, quiet)
      const reader = quietReader(limiting.url, quiet)
      const statuses = await flood(2 * share, send)
      const visits = await reader.stop()
      const { 200: served = 0, 429: refused = 0 } = statuses
      tell(
        `a flood from ${what}`,
        `${served} served, ${refused} refused; a quiet reader: ${described(visits)}; alone: ${described(alone)}; p50 ${ratio(visits, alone)} times as long`,
      )
      // Where it takes longer than a minute, two of them.
      expect(refused).toBeGreaterThan(0)
      expect(served).toBeLessThanOrEqual(2 * share)
      expect(Object.keys(statuses).filter((status) => !['200', '429'].includes(status))).toEqual([])
      expectServed(visits)
    }
  })

  function ratio(visits: Visit[], alone: Visit[]): string {
    const [during, before] = [visits, alone].map((all) =>
      quantile(
        all.map(({ ms }) => ms),
        0.5,
      ),
    )
    return (during! / before!).toFixed(1)
  }
})

describe('what goes through the gateway', () => {
  const inner = `GET /internal/outbox HTTP/1.1\r\nhost: localhost\r\n\r\n`
  const attacks: [string, string][] = [
    ['a length and chunks', `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['two lengths', `content-length: 0\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`],
    ['chunks behind a tab', `transfer-encoding:\tchunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${inner}`],
    ['another coding', `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a bare line feed', `x: y\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${inner}`],
    ['a chunk of a size that overflows', `transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n${inner}`],
    ['lengths in a list', `content-length: 0, ${inner.length}\r\n\r\n${inner}`],
  ]

  test('is one request for one: after each attempt to hide a second one, everybody gets their own answer', async () => {
    for (const [what, rest] of attacks) {
      const { received, closedAt } = await open(
        `POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}`,
      )
      const deadline = performance.now() + 5000
      while (closedAt() === null && performance.now() < deadline) await sleep(10)
      expect([what, received().match(/HTTP\/1\.1 \d+/g)]).toEqual([what, ['HTTP/1.1 400']])
      // A connection to a service that was out of step would give these the answer of another.
      const names = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const name = `own-${randomUUID()}`
          const answer = await fetch(`${system.url}/api/v1/users/${randomUUID()}`, {
            headers: { 'x-request-id': name },
          })
          const { requestId } = (await answer.json()) as { requestId: string }
          return [answer.status, requestId === name && answer.headers.get('x-request-id') === name]
        }),
      )
      expect(names).toEqual(names.map(() => [404, true]))
    }
    tell('requests in requests', `${attacks.length} ways, none got through`)
  })

  test('is nothing that services say to each other, whatever the sender knows', async () => {
    const others = ['/dapr/subscribe', '/dapr/config', '/events/post', '/metrics', '/readyz', '/internal/keys/rotate']
    const inner = [...internalRoutes, ...others.map((path) => ({ app: 'auth', path }))]
    for (const { app, path } of inner) {
      const { token } = await system.service(app)
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(`${system.url}${path}`, {
          method,
          headers: { 'dapr-api-token': token, 'x-forwarded-for': '10.0.0.1', 'x-daguerre-viewer': 'admin' },
        })
        expect([path, [404, 405].includes(answer.status)]).toEqual([path, true])
        await answer.body?.cancel()
      }
    }
    tell('inner paths', `${inner.length} with the tokens of the inside, none answered`)
  })
})
