import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { buildConnector, Pool } from 'undici'
import { expect, test } from 'vitest'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { serve } from './server.ts'
import { testConfig, waitFor } from './testing.ts'

function start(graceMs = 5000) {
  const config = testConfig({ APP_PORT: 0 })
  const log = silentLogger()
  const app = createHttpApp({ config, log })
  const started = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  app.get('/slow', async (c) => {
    started.resolve()
    await gate.promise
    return c.text('done')
  })
  const closed: string[] = []
  const close = [
    () => closed.push('relay'),
    async () => {
      closed.push('fails')
      throw new Error('no')
    },
    () => closed.push('store'),
  ]
  return { started, gate, closed, running: serve({ app, config, log, close, graceMs, ownsProcess: false }) }
}

test('stopping lets requests in work end, takes no new ones, and closes in order whatever fails', async () => {
  const { started, gate, closed, running } = start()
  const server = await running
  const base = `http://127.0.0.1:${server.port}`
  expect((await fetch(`${base}/readyz`)).status).toBe(200)
  const slow = fetch(`${base}/slow`)
  await started.promise
  const stopped = server.stop()
  expect(server.stop()).toBe(stopped)
  await expect(fetch(`${base}/healthz`)).rejects.toThrow(/fetch failed/)
  expect(closed).toEqual([])
  gate.resolve()
  expect(await (await slow).text()).toBe('done')
  await stopped
  expect(closed).toEqual(['relay', 'fails', 'store'])
})

test('a request that does not end is cut off after the grace', async () => {
  const { started, closed, running } = start(100)
  const server = await running
  const cut = fetch(`http://127.0.0.1:${server.port}/slow`).then(
    () => 'answered',
    () => 'cut',
  )
  await started.promise
  await server.stop()
  expect(await cut).toBe('cut')
  expect(closed).toEqual(['relay', 'fails', 'store'])
})

test('a port that is taken is an error of serve, and not of the process', async () => {
  const { running } = start()
  const server = await running
  const config = testConfig({ APP_PORT: server.port })
  const app = createHttpApp({ config, log: silentLogger() })
  await expect(serve({ app, config, log: silentLogger(), ownsProcess: false })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
  await server.stop()
})

test('a client that sends more than it said, or half a request, harms nobody', async () => {
  const { running } = start()
  const server = await running
  await new Promise<void>((resolve) => {
    const half = request({
      port: server.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/healthz',
      headers: { 'content-length': 100 },
    })
    half.on('error', () => resolve())
    half.on('close', () => resolve())
    half.write('x', () => half.destroy())
  })
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200)
  await server.stop()
})

test.each([
  ['a Host header that is none', { headers: { host: 'qAcN%' } }],
  ['a Host header with a path', { headers: { host: 'a/b' } }],
  ['a path of another kind of address', { path: 'ftp://host/file' }],
])('%s gets a problem document', async (_name, malformed) => {
  const { running } = start()
  const server = await running
  const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request({ port: server.port, host: '127.0.0.1', path: '/healthz', ...malformed }, resolve)
    .on('error', reject)
    .end()
  const { statusCode, headers } = await answer
  expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
    400,
    'application/problem+json',
    'no-store',
  ])
  expect(await json(await answer)).toMatchObject({ status: 400, code: 'request.malformed' })
  await server.stop()
})

const count = { method: 'POST', path: '/count' } as const

/** Two replicas behind an address that gives new connections to one that is ready, as a balancer does. */
async function startReplicas(lingerSeconds: number) {
  const served = [0, 0]
  const replicas = await Promise.all(
    served.map((_, index) => {
      const config = testConfig({ APP_PORT: 0, SHUTDOWN_LINGER_SECONDS: lingerSeconds })
      const log = silentLogger()
      const app = createHttpApp({ config, log })
      app.post('/count', async (c) => {
        await setTimeout(Math.random() * 5)
        served[index]! += 1
        return c.text('counted')
      })
      app.get('/stream', (c) => {
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
        const writer = writable.getWriter()
        void writer.write(new Uint8Array(10)).then(() => writer.close())
        return c.body(readable)
      })
      return serve({ app, config, log, ownsProcess: false })
    }),
  )
  let target = 0
  const connector = buildConnector({})
  const pool = new Pool('http://replicas', {
    connections: 8,
    keepAliveTimeout: 200,
    keepAliveMaxTimeout: 200,
    connect: (options, callback) =>
      connector({ ...options, hostname: '127.0.0.1', port: String(replicas[target]!.port) }, callback),
  })
  return { served, replicas, pool, turnTo: (index: number) => (target = index) }
}

test('a replica that ends under load loses no request, of whatever method: it serves on and has connections closed', async () => {
  const { served, replicas, pool, turnTo } = await startReplicas(1)
  const [first, second] = replicas
  const failures: unknown[] = []
  let farewells = 0
  let ended = false
  const clients = Array.from({ length: 8 }, async (_, client) => {
    while (!ended) {
      try {
        const request = client === 0 ? ({ method: 'GET', path: '/stream' } as const) : count
        const { statusCode, headers, body } = await pool.request(request)
        await body.dump()
        if (statusCode !== 200) failures.push(statusCode)
        if (headers['connection'] === 'close') farewells += 1
        // Some connections are idle now and then.
        await setTimeout(client * 25)
      } catch (error) {
        failures.push(error)
      }
    }
  })
  await waitFor(() => served[0]! > 50)
  const stopped = first!.stop()
  const ready = await fetch(`http://127.0.0.1:${first!.port}/readyz`)
  expect(ready.status).toBe(503)
  expect(ready.headers.get('connection')).toBe('close')
  // Nobody knows at once; until then new connections still come.
  await setTimeout(200)
  turnTo(1)
  await stopped
  const after = served[1]!
  await waitFor(() => served[1]! > after + 20)
  ended = true
  await Promise.all(clients)
  expect(failures).toEqual([])
  expect(farewells).toBeGreaterThan(0)
  expect(served[0]).toBeGreaterThan(50)
  await pool.close()
  await second!.stop()
})

test('an answer that has not begun when the end begins says that its connection closes', async () => {
  const { started, gate, running } = start()
  const server = await running
  const pool = new Pool(`http://127.0.0.1:${server.port}`)
  const slow = pool.request({ method: 'GET', path: '/slow' })
  await started.promise
  const stopped = server.stop()
  gate.resolve()
  const { headers, body } = await slow
  expect(headers['connection']).toBe('close')
  await body.dump()
  await stopped
  await pool.close()
})

test('who connects and says nothing, or never ends the headers, is let go of within seconds', async () => {
  const { running } = start()
  const server = await running
  const startedAt = performance.now()
  const ends = ['', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: '].map(
    (text) =>
      new Promise<number>((resolve) => {
        const socket = connect(server.port, '127.0.0.1')
        const drip = setInterval(() => text !== '' && socket.write('x'), 500)
        socket.write(text)
        socket.resume().on('error', () => {})
        socket.once('close', () => {
          clearInterval(drip)
          resolve(performance.now() - startedAt)
        })
      }),
  )
  for (const ms of await Promise.all(ends)) expect(ms).toBeLessThan(15_000)
  await server.stop()
}, 30_000)
