import { baseConfig, integer, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const schema = z.object({
  ...baseConfig,
  ...redisConfig,
  /** Most posts that one home timeline keeps in Redis. */
  TIMELINE_LENGTH: integer(20, 10_000).default(800),
  /** A post of somebody with so many followers or more is not pushed to each of them: they take it in at their next read. */
  BROADCAST_FROM_FOLLOWERS: integer(1).default(10_000),
  /** A timeline that nobody has read for so many days is dropped; the next read makes it anew. */
  TIMELINE_TTL_DAYS: integer(1, 365).default(30),
})

export type FeedConfig = z.infer<typeof schema>

export function readFeedConfig(env: Readonly<Record<string, string | undefined>> = process.env): FeedConfig {
  return readConfig(schema, env)
}
