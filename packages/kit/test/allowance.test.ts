import { afterAll, expect, test } from 'vitest'
import { createAllowance } from '../src/allowance.ts'
import { idFrom, newId } from '../src/id.ts'
import { Problem } from '../src/problem.ts'
import { openRedis } from '../src/redis.ts'

const redis = openRedis({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false })
afterAll(() => redis.disconnect())

const name = `wish-${newId()}`
function open(changes: Partial<Parameters<typeof createAllowance>[0]> = {}) {
  function onError(error: unknown): void {
    throw error
  }
  return createAllowance({ redis, name, perDay: 10, perDayWhileYoung: 4, onError, ...changes })
}

function oldId(): string {
  return idFrom(new Date(Date.now() - 8 * 86_400_000)).slice(0, 24) + newId().slice(24)
}

async function refusal(work: Promise<void>): Promise<Problem | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => error as Problem,
  )
}

test('somebody has so many a day, by whichever service they take them; who is young has fewer', async () => {
  const [one, other] = [open(), open()]
  const [young, old] = [newId(), oldId()]
  await one.take(young, 3)
  await other.take(young, 1)
  const over = await refusal(one.take(young, 1))
  expect(over).toMatchObject({ status: 429, code: `${name}.too_many` })
  expect(Number(over?.headers?.['retry-after'])).toBeGreaterThan(86_000)
  await one.take(old, 9)
  expect(await refusal(other.take(old, 2))).toBeInstanceOf(Problem)
  // What was refused did not count.
  await other.take(old, 1)
})

test('of many at once no more are given than there are, and none is half given', async () => {
  const old = oldId()
  const takes = await Promise.all(Array.from({ length: 8 }, () => refusal(open().take(old, 3))))
  expect(takes.filter((refused) => refused === undefined).length).toBeLessThanOrEqual(3)
  expect(Number(await redis.get(`limit:${name}:${old}`))).toBeLessThanOrEqual(10)
})

test('none needs no Redis, and without Redis nobody is turned away', async () => {
  const away = openRedis(
    { REDIS_URL: 'redis://127.0.0.1:9', REDIS_CLUSTER: false },
    { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => null },
  )
  away.on('error', () => {})
  const errors: unknown[] = []
  const allowance = open({ redis: away, onError: (error) => errors.push(error) })
  await allowance.take(newId(), 0)
  expect(errors).toEqual([])
  await allowance.take(newId(), 100)
  expect(errors).toHaveLength(1)
  away.disconnect()
})
