import { expect, test, vi } from 'vitest'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { startWhenReachable } from './start.ts'
import { testConfig, waitFor } from './testing.ts'

test('a start whose store is away leaves the service alive and not ready, says why, and ends when the store is there', async () => {
  let isThere = false
  const run = vi.fn(async () => {
    if (!isThere) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  })
  const log = silentLogger()
  const start = startWhenReachable({ name: 'store', run, log })
  const app = createHttpApp({ config: testConfig(), log, checks: { store: start.check } })
  await waitFor(() => run.mock.calls.length >= 2)
  expect((await app.request('/healthz')).status).toBe(200)
  const waiting = await app.request('/readyz')
  expect(waiting.status).toBe(503)
  expect(await waiting.json()).toMatchObject({ checks: { store: { ok: false, reason: 'refuses connections' } } })
  isThere = true
  await waitFor(async () => (await app.request('/readyz')).status === 200)
  const calls = run.mock.calls.length
  await start.stop()
  expect(run).toHaveBeenCalledTimes(calls)
  await start.check()
})

test('stopping ends the tries at once', async () => {
  const start = startWhenReachable({
    name: 'store',
    run: () => Promise.reject(new Error('away')),
    log: silentLogger(),
  })
  await expect(start.check()).rejects.toThrow('store: not yet')
  await start.stop()
  await expect(start.check()).rejects.toThrow('away')
})
