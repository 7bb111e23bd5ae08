import { baseConfig, integer, mongodbConfig, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const schema = z.object({
  ...baseConfig,
  ...mongodbConfig,
  // Carries hints between replicas that somebody has news; without it streams look every few seconds.
  ...redisConfig,
  /** A live stream ends after so long and the client comes back, with a fresh access token. */
  STREAM_SECONDS: integer(5, 86_400).default(900),
})

export type NotificationConfig = z.infer<typeof schema>

export function readNotificationConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): NotificationConfig {
  return readConfig(schema, env)
}
