import { baseConfig, ConfigError, flag, integer, mongodbConfig, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const schema = z.object({
  ...baseConfig,
  ...mongodbConfig,
  // Carries hints between replicas that somebody has news; without it streams look every few seconds.
  ...redisConfig,
  /** A live stream ends after so long and the client comes back, with a fresh access token. */
  STREAM_SECONDS: integer(5, 86_400).default(900),
  /** A notification is forgotten so many days after the newest thing in it. */
  RETENTION_DAYS: integer(1, 3650).default(180),
  /** Key pair of Web Push (RFC 8292), base64url: 65 bytes and 32. A pair made once and kept in MongoDB if not set. */
  VAPID_PUBLIC_KEY: z
    .string()
    .regex(/^B[\w-]{86}$/, 'must be 65 bytes in base64url')
    .optional(),
  VAPID_PRIVATE_KEY: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url')
    .optional(),
  /** Whom push services may turn to: `mailto:` or `https:`. PUBLIC_URL if that is https. */
  VAPID_SUBJECT: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must begin with mailto: or https:')
    .optional(),
  /** News of a group that come in so many seconds are one push. */
  PUSH_COLLAPSE_SECONDS: integer(0, 3600).default(5),
  /** Pushes of one group keep this distance. */
  PUSH_REPEAT_SECONDS: integer(0, 86_400).default(60),
  /** A browser that has not been seen for so long has no session any more: as REFRESH_TOKEN_DAYS of auth. */
  PUSH_SUBSCRIPTION_DAYS: integer(1, 365).default(30),
  /** For tests: push services on this machine, also by http. */
  PUSH_LOOPBACK: flag.default(false),
})

export type NotificationConfig = z.infer<typeof schema>

export function readNotificationConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): NotificationConfig {
  const config = readConfig(schema, env)
  if ((config.VAPID_PUBLIC_KEY === undefined) !== (config.VAPID_PRIVATE_KEY === undefined)) {
    throw new ConfigError(['VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY: both or none'])
  }
  return config
}
