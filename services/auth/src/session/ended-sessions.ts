import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import { counter } from '@daguerre/kit/metrics'
import type { Logger } from '@daguerre/kit/log'
import { type RedisClient, sendTogether } from '@daguerre/kit/redis'

export interface EndedSessions {
  /**
   * Says to all doors that these sessions are over. Call it before the end is committed: a crash in between then shuts a
   * session out for the life of a token, the other order would leave an ended one open. It never throws: without
   * Redis the end still stands in PostgreSQL, and the job says it later.
   * @returns whether it was said
   */
  mark(sessionIds: readonly string[]): Promise<boolean>
  /** Takes back what was marked and then not committed. Only for a session whose row is locked and not ended. */
  clear(sessionId: string): Promise<void>
}

const batchSize = 1000

/** @param ttlSeconds life of an access token, and the tolerance of clocks that verifiers have */
export function createEndedSessions(options: { redis: RedisClient; ttlSeconds: number; log: Logger }): EndedSessions {
  const { redis, ttlSeconds, log } = options
  const failures = counter('auth_session_end_failures_total', 'Ends of sessions that Redis did not take at once')

  return {
    async mark(sessionIds) {
      try {
        for (let from = 0; from < sessionIds.length; from += batchSize) {
          const batch = sessionIds.slice(from, from + batchSize)
          await sendTogether(
            redis,
            batch.map((id) => ['set', endedSessionKey(id), '1', 'EX', ttlSeconds]),
          )
        }
        return true
      } catch (error) {
        failures.inc()
        log.warn({ err: error, sessions: sessionIds.length }, 'ended sessions could not be told to Redis; the job will')
        return false
      }
    },
    async clear(sessionId) {
      try {
        await redis.del(endedSessionKey(sessionId))
      } catch {
        // It ends by itself.
      }
    },
  }
}
