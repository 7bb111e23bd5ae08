import type { Logger } from '@daguerre/kit/log'
import type { Redis } from 'ioredis'

/** Which of these sessions have ended lately. */
export type EndedSessions = (sessionIds: string[]) => Promise<Set<string>>

/** auth sets the key when a session ends, for as long as an access token may live. Without Redis all count as running. */
export function createEndedSessions({ redis, log }: { redis: Redis; log: Logger }): EndedSessions {
  return async function endedOf(sessionIds) {
    try {
      const pipeline = redis.pipeline()
      for (const id of sessionIds) pipeline.exists(`session:ended:${id}`)
      const answers = (await pipeline.exec()) ?? []
      return new Set(sessionIds.filter((_, index) => answers[index]?.[1] === 1))
    } catch (error) {
      log.debug({ err: error }, 'ended sessions are not known: Redis did not answer')
      return new Set()
    }
  }
}
