import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import type { Sizes } from './sizes.ts'

/** Of each kind so many keys are looked at. */
const sample = 300

const kinds: [RegExp, string][] = [
  [/^home:\{[^}]+\}$/, 'timeline'],
  [/^home:\{[^}]+\}:edges$/, 'edges'],
  [/^post:\{/, 'post copy'],
  [/^person:\{/, 'person copy'],
  [/^counts:\{/, 'counts copy'],
  [/^marks:\{/, 'marks'],
]

/** The kind of a key: of feed's by name, of all others its first word. */
export function kindOfKey(key: string): string {
  return kinds.find(([pattern]) => pattern.test(key))?.[1] ?? key.split(/[.:|]/, 1)[0] ?? key
}

/** Keys of a Redis by kind, with the bytes that they take in its memory. @param name stands before each kind */
export async function measureKeys(name: string, url: string): Promise<Sizes['redis']> {
  const redis = openRedis({ REDIS_URL: url, REDIS_CLUSTER: false })
  try {
    const found = new Map<string, string[]>()
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'COUNT', 1000)
      cursor = next
      for (const key of keys) {
        const ofKind = found.get(kindOfKey(key)) ?? []
        found.set(kindOfKey(key), ofKind)
        ofKind.push(key)
      }
    } while (cursor !== '0')
    const sizes: Sizes['redis'] = {}
    for (const [kind, keys] of found) {
      const some = keys.slice(0, sample)
      const [bytes, entries] = await Promise.all([
        Promise.all(some.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0))),
        Promise.all(some.map((key) => countEntries(redis, key))),
      ])
      const times = keys.length / some.length
      sizes[`${name} ${kind}`] = { keys: keys.length, entries: total(entries) * times, bytes: total(bytes) * times }
    }
    return sizes
  } finally {
    redis.disconnect()
  }
}

async function countEntries(redis: RedisClient, key: string): Promise<number> {
  const type = await redis.type(key)
  if (type === 'zset') return await redis.zcard(key)
  if (type === 'hash') return await redis.hlen(key)
  if (type === 'stream') return await redis.xlen(key)
  return 1
}

function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
