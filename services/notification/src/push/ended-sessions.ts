import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import type { Logger } from '@daguerre/kit/log'
import type { RedisClient } from '@daguerre/kit/redis'

/** Which of these sessions have ended lately. */
export type EndedSessions = (sessionIds: string[]) => Promise<Set<string>>

/** auth sets the key when a session ends, for as long as an access token may live. Without Redis all count as running. */
export function createEndedSessions({ redis, log }: { redis: RedisClient; log: Logger }): EndedSessions {
  return async function endedOf(sessionIds) {
    try {
      const answers = await Promise.all(sessionIds.map((id) => redis.exists(endedSessionKey(id))))
      return new Set(sessionIds.filter((_, index) => answers[index] === 1))
    } catch (error) {
      log.debug({ err: error }, 'ended sessions are not known: Redis did not answer')
      return new Set()
    }
  }
}
