import { expect, test, vi } from 'vitest'
import { createLogger } from './log.ts'
import { createTrouble, reasonOf, waitingFor } from './trouble.ts'

function failure(message: string, more: object = {}, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), more)
}

test.each([
  ['refuses connections', failure('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' })],
  ['refuses connections', failure('no answer', { status: 0 }, failure('x', { code: 'ECONNREFUSED' }))],
  ['refuses connections', failure('connect ECONNREFUSED 127.0.0.1:27017, connect ECONNREFUSED ::1:27017')],
  ['has a name that nobody knows', failure('getaddrinfo ENOTFOUND db', { code: 'ENOTFOUND' })],
  ['does not let this user in', failure('password authentication failed for user "x"', { code: '28P01' })],
  ['does not let this user in', failure('Authentication failed.', { code: 18 })],
  ['does not let this user in', failure('WRONGPASS invalid username-password pair')],
  ['has no such database', failure('database "x" does not exist', { code: '3D000' })],
  ['is starting or ending', failure('the database system is starting up', { code: '57P03' })],
  ['does not answer in time', failure('timeout expired')],
  ['is not connected', failure("Stream isn't writeable and enableOfflineQueue options is false")],
  ['answered with status 500', failure('sidecar', { status: 500 })],
  ['failed (XX000)', failure('password hunter2', { code: 'XX000' })],
  ['failed', failure('hunter2')],
  ['failed', 'hunter2'],
])('a store that %s is said to', (reason, error) => {
  expect(reasonOf(error)).toBe(reason)
})

test('what fails again and again is said at once, then at times, at once again for another reason, and when it is over', () => {
  vi.useFakeTimers()
  const [say, over] = [vi.fn(), vi.fn()]
  const trouble = createTrouble({ say, over })
  trouble.worked()
  for (let i = 0; i < 25; i += 1) {
    trouble.failed(failure('connect ECONNREFUSED'))
    vi.advanceTimersByTime(1000)
  }
  expect(say).toHaveBeenCalledTimes(3)
  trouble.failed(failure('the database system is starting up', { code: '57P03' }))
  expect(say).toHaveBeenCalledTimes(4)
  trouble.worked()
  trouble.worked()
  expect(over).toHaveBeenCalledTimes(1)
  vi.useRealTimers()
})

test('the line names what is waited for', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'x' }, { write: (line: string) => void lines.push(line) })
  const trouble = waitingFor('postgres', log)
  trouble.failed(failure('connect ECONNREFUSED 127.0.0.1:5432'))
  trouble.worked()
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'warn', msg: 'waiting for postgres: it refuses connections' },
    { level: 'info', msg: 'postgres is there' },
  ])
})
