import type { Receipts, ReceiptStore } from '@daguerre/kit/receipts'
import type { RedisClient } from '@daguerre/kit/redis'

const writeScript = `
if (redis.call('hget', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 0 end
redis.call('hset', KEYS[1], 'revision', ARGV[1] + 1, 'receipts', ARGV[2])
return 1`

/**
 * Which events have arrived, a Redis hash a publisher. They are lost together with the timelines, which is right: those are
 * built anew from what post and user have.
 */
export function redisReceipts(redis: RedisClient): ReceiptStore {
  return {
    async read(source) {
      const [revision, receipts] = await redis.hmget(keyOf(source), 'revision', 'receipts')
      return revision && receipts ? { revision: Number(revision), receipts: JSON.parse(receipts) as Receipts } : null
    },
    async write(source, receipts, revision) {
      return (await redis.eval(writeScript, 1, keyOf(source), revision, JSON.stringify(receipts))) === 1
    },
  }
}

function keyOf(source: string): string {
  return `receipts:${source}`
}
