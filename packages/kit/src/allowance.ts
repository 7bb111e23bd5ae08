import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { idFrom } from './id.ts'
import { problem } from './problem.ts'
import type { RedisClient } from './redis.ts'

const daySeconds = 86_400
const youngMs = 7 * daySeconds * 1000

/** Whether somebody has come within a week: their id says when it was made. */
export function isYoung(personId: string): boolean {
  return personId > idFrom(new Date(Date.now() - youngMs))
}

export interface Allowance {
  /**
   * Takes so many of what somebody has in a day, all of them or none; of none nothing is asked. Without Redis nobody is turned away.
   * @throws Problem 429 `<name>.too_many` with `Retry-After`
   */
  take(personId: string, count: number): Promise<void>
}

/**
 * What somebody may have so many of in a day, less as long as they are young, where one request may take several. Counted in Redis, by all services
 * that give it the same name together.
 */
export function createAllowance(options: {
  redis: RedisClient
  name: string
  perDay: number
  perDayWhileYoung: number
  onError: (error: unknown) => void
}): Allowance {
  const { redis, name, perDay, perDayWhileYoung, onError } = options
  // Both count in one place: who grows older goes on where they were.
  const [usual, young] = [perDay, perDayWhileYoung].map(
    (points) => new RateLimiterRedis({ storeClient: redis, keyPrefix: `limit:${name}`, points, duration: daySeconds }),
  ) as [RateLimiterRedis, RateLimiterRedis]
  return {
    async take(personId, count) {
      if (count === 0) return
      const limiter = isYoung(personId) ? young : usual
      try {
        await limiter.consume(personId, count)
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) return onError(error)
        // What was not done does not count.
        await limiter.reward(personId, count).catch(onError)
        const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
        throw problem(429, `${name}.too_many`, `That is more than ${limiter.points} a day.`, {
          headers: { 'retry-after': String(seconds) },
        })
      }
    },
  }
}
