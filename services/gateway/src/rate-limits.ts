import { isYoung } from '@daguerre/kit/allowance'
import { networkOf } from '@daguerre/kit/network'
import type { RedisClient } from '@daguerre/kit/redis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** One row of the table: so many points in so many seconds. */
interface RateLimit {
  points: number
  seconds: number
  /** Counted by address also for who is signed in: accounts cost nothing, so they must not buy more tries. */
  byAddress?: true
  /** In place of `points` while an account is young. Such a row is within `write`. */
  young?: number
}

const daySeconds = 86_400

/**
 * The one table of limits, per person where somebody is signed in, else per address. An operation names its row by
 * `x-rate-limit`; the others go by method. `address` holds for everything that comes from one address together.
 */
const rateLimits = {
  read: { points: 1200, seconds: 60 },
  write: { points: 240, seconds: 60 },
  /** By these somebody makes others look: accounts that are made to be used up do it most. */
  follow: { points: 400, seconds: daySeconds, young: 50 },
  comment: { points: 1000, seconds: daySeconds, young: 100 },
  upload: { points: 120, seconds: 3600 },
  import: { points: 60, seconds: 3600 },
  /** Archives that are begun to be brought, and their parts, of 8 MiB each. */
  archive: { points: 10, seconds: 3600 },
  part: { points: 3600, seconds: 3600 },
  register: { points: 60, seconds: 3600 },
  login: { points: 20, seconds: 300, byAddress: true },
  /** Pages of sign-in ask for passkeys before anybody has done anything. */
  passkey: { points: 60, seconds: 300, byAddress: true },
  /** Mails to an address of one's own. */
  mail: { points: 10, seconds: 3600 },
  reset: { points: 20, seconds: 3600, byAddress: true },
  refresh: { points: 60, seconds: 300, byAddress: true },
  /** Servers of applications ask for many people from one address. */
  oauth: { points: 600, seconds: 300, byAddress: true },
  media: { points: 6000, seconds: 60 },
  report: { points: 60, seconds: 60, byAddress: true },
  address: { points: 6000, seconds: 60 },
} satisfies Record<string, RateLimit>
export type RateLimitName = keyof typeof rateLimits

export interface LimitResult {
  allowed: boolean
  name: string
  limit: RateLimit
  remaining: number
  /** Seconds until the window is new. */
  resetSeconds: number
}

export type RateLimiter = ReturnType<typeof createRateLimiter>

/** Limits counted in Redis, the same for all replicas. Without Redis nobody is turned away. */
export function createRateLimiter({ redis, onError }: { redis: RedisClient; onError: (error: unknown) => void }) {
  // Both of a row count in one place: who grows older goes on where they were.
  const limiters = new Map(
    Object.entries<RateLimit>(rateLimits).flatMap(([name, { points, seconds, young = points }]) =>
      [points, young].map((most) => [
        `${name} ${most}`,
        new RateLimiterRedis({ storeClient: redis, keyPrefix: `limit:${name}`, points: most, duration: seconds }),
      ]),
    ),
  )

  async function consume(name: RateLimitName, key: string, isFew = false): Promise<LimitResult | null> {
    const row: RateLimit = rateLimits[name]
    const limit = isFew ? { ...row, points: row.young ?? row.points } : row
    try {
      const result = await limiters.get(`${name} ${limit.points}`)!.consume(key)
      return toResult(name, limit, result, true)
    } catch (error) {
      if (error instanceof RateLimiterRes) return toResult(name, limit, error, false)
      onError(error)
      return null
    }
  }

  return {
    /** Takes a point of the row, of the one that it is within, and of the address; the tightest of them. Null: not known (no Redis). */
    async take(name: RateLimitName, who: { viewerId: string | null; address: string }): Promise<LimitResult | null> {
      const network = networkOf(who.address)
      const { byAddress, young }: RateLimit = rateLimits[name]
      const key = byAddress || who.viewerId === null ? `address:${network}` : who.viewerId
      const isFew = who.viewerId !== null && isYoung(who.viewerId)
      const [own, ...others] = await Promise.all([
        consume(name, key, isFew),
        consume('address', network),
        ...(young === undefined ? [] : [consume('write', key)]),
      ])
      return others.find((result) => result?.allowed === false) ?? own
    },
  }
}

function toResult(name: string, limit: RateLimit, result: RateLimiterRes, allowed: boolean): LimitResult {
  return {
    allowed,
    name,
    limit,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
  }
}

export function isRateLimitName(name: string): name is RateLimitName {
  return name in rateLimits
}

/** RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), and Retry-After when it is over. */
export function rateLimitHeaders(result: LimitResult): Record<string, string> {
  return {
    ratelimit: `"${result.name}";r=${result.remaining};t=${result.resetSeconds}`,
    'ratelimit-policy': `"${result.name}";q=${result.limit.points};w=${result.limit.seconds}`,
    ...(result.allowed ? {} : { 'retry-after': String(result.resetSeconds) }),
  }
}
