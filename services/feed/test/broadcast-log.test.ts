import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBroadcastLog } from '../src/timeline/broadcast-log.ts'

// Redis trims whole nodes of a stream, a hundred entries each.
const length = 150
let redis: RedisClient

beforeEach(async () => {
  redis = openRedis({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false })
  // No other file of tests runs its own log in this database.
  await redis.select(7)
  await redis.flushdb()
})
afterEach(() => redis.disconnect())

async function append(log: ReturnType<typeof createBroadcastLog>, first: number, count: number): Promise<void> {
  for (let index = first; index < first + count; index++) {
    await log.append({ postId: `post-${index}`, authorId: 'author' })
  }
  await log.update()
}

test('what follows a position is known until it has been trimmed, to who was there and to who comes new', async () => {
  const log = createBroadcastLog({ redis, length })
  await append(log, 0, 10)
  const position = log.tail()
  await append(log, 10, 100)
  expect(log.after(position)?.candidates.map(({ postId }) => postId)).toEqual(
    Array.from({ length: 100 }, (_, index) => `post-${index + 10}`),
  )
  await append(log, 110, 400)
  const another = createBroadcastLog({ redis, length })
  await another.update()
  for (const reader of [log, another]) {
    expect(reader.after(position)).toBeNull()
    expect(reader.after(reader.tail())).toEqual({ candidates: [], position: log.tail() })
  }
})

test('a position in a log that has begun anew means nothing, also where its entries are older', async () => {
  const log = createBroadcastLog({ redis, length })
  await append(log, 0, 3)
  const position = log.tail()
  await redis.flushdb()
  await append(log, 3, 3)
  expect(log.after(position)).toBeNull()
  expect(log.after('')).toBeNull()
})
