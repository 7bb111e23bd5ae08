import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createUpstreams } from './upstreams.ts'

/** A service that counts its connections, as an instance that keeps idle ones for long. */
async function startService(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer({ keepAliveTimeout: 65_000 }, answer)
  let connections = 0
  let closed = 0
  server.on('connection', (socket) => {
    connections += 1
    socket.once('close', () => (closed += 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    open: () => connections - closed,
  }
}

test('connections are renewed under load, and what is in work on an old one is not lost', async () => {
  const service = await startService((request, response) => {
    if (request.url === '/slow') void setTimeout(700).then(() => response.end('slow'))
    else response.end('quick')
  })
  const upstreams = createUpstreams({ post: [service.url] }, { clientTtl: 200 })
  async function ask(path: string): Promise<string> {
    const { body } = await upstreams.request('post', { method: 'POST', path, body: 'x' })
    return await body.text()
  }
  const slow = ask('/slow')
  const answers = new Set<string>()
  const until = performance.now() + 1200
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (performance.now() < until) answers.add(await ask('/'))
    }),
  )
  expect(answers).toEqual(new Set(['quick']))
  expect(await slow).toBe('slow')
  expect(service.connections()).toBeGreaterThanOrEqual(12)
  expect(service.open()).toBeLessThanOrEqual(8)
  await upstreams.close()
})

test('an idle connection is let go of after four seconds, whatever the instance says', async () => {
  const service = await startService((_request, response) => {
    response.setHeader('keep-alive', 'timeout=65')
    response.end()
  })
  const upstreams = createUpstreams({ post: [service.url] })
  await (await upstreams.request('post', { method: 'GET', path: '/' })).body.dump()
  await setTimeout(3000)
  expect(service.open()).toBe(1)
  await expect.poll(service.open, { timeout: 2500 }).toBe(0)
  await upstreams.close()
})
