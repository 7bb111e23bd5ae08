import { networkOf } from '@daguerre/kit/network'
import type { RedisClient } from '@daguerre/kit/redis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** One row of the table: so many points in so many seconds. */
interface RateLimit {
  points: number
  seconds: number
  /** Counted by address also for who is signed in: accounts cost nothing, so they must not buy more tries. */
  byAddress?: true
}

/**
 * The one table of limits, per person where somebody is signed in, else per address. An operation names its row by
 * `x-rate-limit`; the others go by method. `address` holds for everything that comes from one address together.
 */
const rateLimits = {
  read: { points: 1200, seconds: 60 },
  write: { points: 240, seconds: 60 },
  upload: { points: 120, seconds: 3600 },
  import: { points: 60, seconds: 3600 },
  register: { points: 60, seconds: 3600 },
  login: { points: 20, seconds: 300, byAddress: true },
  /** Pages of sign-in ask for passkeys before anybody has done anything. */
  passkey: { points: 60, seconds: 300, byAddress: true },
  /** Mails to an address of one's own. */
  mail: { points: 10, seconds: 3600 },
  reset: { points: 20, seconds: 3600, byAddress: true },
  refresh: { points: 60, seconds: 300, byAddress: true },
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
  const limiters = new Map(
    Object.entries(rateLimits).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterRedis({ storeClient: redis, keyPrefix: `limit:${name}`, points, duration: seconds }),
    ]),
  )

  async function consume(name: RateLimitName, key: string): Promise<LimitResult | null> {
    const limit = rateLimits[name]
    try {
      const result = await limiters.get(name)!.consume(key)
      return toResult(name, limit, result, true)
    } catch (error) {
      if (error instanceof RateLimiterRes) return toResult(name, limit, error, false)
      onError(error)
      return null
    }
  }

  return {
    /** Takes a point of the row and one of the address; the tighter of the two. Null: not known (no Redis). */
    async take(name: RateLimitName, who: { viewerId: string | null; address: string }): Promise<LimitResult | null> {
      const network = networkOf(who.address)
      const { byAddress }: RateLimit = rateLimits[name]
      const own = consume(name, byAddress || who.viewerId === null ? `address:${network}` : who.viewerId)
      const shared = consume('address', network)
      const [ownResult, addressResult] = await Promise.all([own, shared])
      if (addressResult && !addressResult.allowed) return addressResult
      return ownResult
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
