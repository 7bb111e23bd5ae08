import { randomUUID } from 'node:crypto'
import { createLedger } from '@daguerre/kit/receipts'
import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisReceipts } from '../src/receipts.ts'

let redis: RedisClient

beforeAll(() => {
  redis = openRedis({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false })
})
afterAll(() => redis.quit())

function arrived(sequence: number) {
  return [{ from: sequence, to: sequence, atMs: sequence * 1000 }]
}

test('what replicas receive at the same time is all kept', async () => {
  const source = `/services/${randomUUID()}`
  const ledgers = [createLedger(redisReceipts(redis)), createLedger(redisReceipts(redis))]
  await ledgers[0]!.add(source, arrived(1))
  await Promise.all(Array.from({ length: 60 }, (_, n) => ledgers[n % 2]!.add(source, arrived(61 - n))))
  const kept = await redisReceipts(redis).read(source)
  expect(kept).toMatchObject({ receipts: { next: 62, atMs: 61_000, beyond: [] } })
})

test('when Redis has lost all, who goes on receiving begins anew', async () => {
  const source = `/services/${randomUUID()}`
  const store = redisReceipts(redis)
  const ledger = createLedger(store)
  await ledger.add(source, arrived(1))
  await redis.del(`receipts:${source}`)
  expect(await store.read(source)).toBeNull()
  await ledger.add(source, arrived(9))
  expect(await store.read(source)).toMatchObject({ receipts: { next: 10, beyond: [] }, revision: 1 })
})
