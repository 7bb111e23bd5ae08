import { expect, test, vi } from 'vitest'
import { startJob } from './job.ts'
import { silentLogger } from './log.ts'
import { waitFor } from './testing.ts'

test('a job runs again and again, never twice at once, and survives its errors', async () => {
  let active = 0
  let most = 0
  const run = vi.fn(async () => {
    active += 1
    most = Math.max(most, active)
    await new Promise((resolve) => setTimeout(resolve, 10))
    active -= 1
    if (run.mock.calls.length === 1) throw new Error('once')
  })
  const job = startJob({ name: 'test', everyMs: 5, run, log: silentLogger() })
  await Promise.all([job.trigger(), job.trigger()])
  await waitFor(() => run.mock.calls.length >= 4)
  await job.stop()
  expect(active).toBe(0)
  expect(most).toBe(1)
  const calls = run.mock.calls.length
  await job.trigger()
  expect(run).toHaveBeenCalledTimes(calls)
})

test('stop asks a run in work to end and waits for it', async () => {
  const ended = vi.fn()
  const job = startJob({
    name: 'test',
    everyMs: 1_000_000,
    log: silentLogger(),
    run: async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended()
    },
  })
  void job.trigger()
  await job.stop()
  expect(ended).toHaveBeenCalledTimes(1)
})
