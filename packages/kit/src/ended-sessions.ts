import { LRUCache } from 'lru-cache'
import type { RedisClient } from './redis.ts'

/** What ended is remembered here too, for as long as Redis does: an access token and the tolerance of clocks. */
const remembered = { max: 50_000, ttl: 915_000 }

/** The key that auth sets when a session ends; it lives as long as an access token may. */
export function endedSessionKey(sessionId: string): string {
  return `session:ended:${sessionId}`
}

/**
 * Whether a session has ended, although its access token still verifies. While Redis does not answer, a session that was
 * not seen to end counts as running: its access token ends within 15 minutes.
 */
export function createSessionCheck({ redis, onError }: { redis: RedisClient; onError: (error: unknown) => void }) {
  const ended = new LRUCache<string, true>(remembered)

  return async function hasEnded(sessionId: string): Promise<boolean> {
    if (ended.has(sessionId)) return true
    try {
      if ((await redis.exists(endedSessionKey(sessionId))) === 0) return false
      ended.set(sessionId, true)
      return true
    } catch (error) {
      onError(error)
      return false
    }
  }
}
