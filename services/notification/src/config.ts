import { baseConfig, integer, readConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const schema = z.object({
  ...baseConfig,
  MONGODB_URL: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** Carries hints between replicas that somebody has news; without it streams look every few seconds. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** A live stream ends after so long and the client comes back, with a fresh access token. */
  STREAM_SECONDS: integer(5, 86_400).default(900),
})

export type NotificationConfig = z.infer<typeof schema>

export function readNotificationConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): NotificationConfig {
  return readConfig(schema, env)
}
