import type { DeadLetter, DeadLetterStore } from '@daguerre/kit/consumer'
import { newId } from '@daguerre/kit/id'
import type { RedisClient } from '@daguerre/kit/redis'

const letters = 'dead-letters'
const lockMs = 60_000

/** Dead letters in one Redis hash: few, and read by people. */
export function redisDeadLetters(redis: RedisClient): DeadLetterStore {
  return {
    async add(letter) {
      await redis.hset(letters, letter.id, JSON.stringify(letter))
    },
    async list(limit) {
      const all = (await redis.hvals(letters)).map((text) => JSON.parse(text) as DeadLetter)
      return all.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1)).slice(0, limit)
    },
    async take(id, work) {
      const lock = `${letters}:lock:${id}`
      const token = newId()
      if ((await redis.set(lock, token, 'PX', lockMs, 'NX')) !== 'OK') return false
      try {
        const text = await redis.hget(letters, id)
        if (text === null) return false
        await work(JSON.parse(text) as DeadLetter)
        await redis.hdel(letters, id)
        return true
      } finally {
        if ((await redis.get(lock)) === token) await redis.del(lock)
      }
    },
  }
}
