import { expect, test, vi } from 'vitest'
import { MigrateError, waitForStore } from './migrate.ts'

const url = 'mongodb://user:hunter2@a:1,b:2/db?replicaSet=rs0'

function away(code: string): Error {
  return Object.assign(new Error(`${code} hunter2`), { code })
}

test('a store that is away is waited for, with a line now and then that shows no password', async () => {
  vi.useFakeTimers()
  const lines: string[] = []
  const ask = vi.fn(async () => {
    if (ask.mock.calls.length <= 12) throw away(ask.mock.calls.length <= 7 ? 'ECONNREFUSED' : '3D000')
  })
  const waited = waitForStore({ name: 'MongoDB', url, seconds: 60, ask, say: (line) => void lines.push(line) })
  await vi.advanceTimersByTimeAsync(15_000)
  await waited
  expect(lines).toEqual([
    'waiting for MongoDB at a:1,b:2: it refuses connections',
    'waiting for MongoDB at a:1,b:2: it refuses connections',
    'waiting for MongoDB at a:1,b:2: it has no such database',
  ])
  vi.useRealTimers()
})

test('one that does not come in time is said in one sentence', async () => {
  const waited = waitForStore({ name: 'MongoDB', url, seconds: 0, ask: () => Promise.reject(away('28P01')), say() {} })
  await expect(waited).rejects.toThrow(new MigrateError('MongoDB at a:1,b:2 does not let this user in; waited 0 s'))
})
