import { request } from 'node:http'
import { expect, test } from 'vitest'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { serve } from './server.ts'
import { testConfig } from './testing.ts'

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
