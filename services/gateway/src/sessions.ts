import type { Redis } from 'ioredis'

/** The key that auth sets when a session ends; it lives as long as an access token may. */
export function endedSessionKey(sessionId: string): string {
  return `session:ended:${sessionId}`
}

/** Whether a session has ended, although its access token still verifies. Without Redis it counts as running. */
export function createSessionCheck({ redis, onError }: { redis: Redis; onError: (error: unknown) => void }) {
  return async function hasEnded(sessionId: string): Promise<boolean> {
    try {
      return (await redis.exists(endedSessionKey(sessionId))) === 1
    } catch (error) {
      onError(error)
      return false
    }
  }
}
