import { baseConfig, integer, postgresConfig, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'
import type { Hook } from './check/ask-hook.ts'

export const schema = z
  .object({
    ...baseConfig,
    ...postgresConfig,
    ...redisConfig,
    /** What is asked about each new post before it is published (README); not set: nothing. */
    PUBLISH_HOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** By which it knows that we ask: `whsec_` and base64 of 24 to 64 bytes. */
    PUBLISH_HOOK_SECRET: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/)
      .optional(),
    /** After which it has not answered. */
    PUBLISH_HOOK_TIMEOUT_MS: integer(100, 30_000).default(3000),
    /** What becomes of a post about which it has not answered: published, or held for moderators. */
    PUBLISH_HOOK_DEFAULT: z.enum(['publish', 'hold']).default('hold'),
  })
  .refine((config) => config.PUBLISH_HOOK_URL === undefined || config.PUBLISH_HOOK_SECRET !== undefined, {
    error: 'is required with PUBLISH_HOOK_URL',
    path: ['PUBLISH_HOOK_SECRET'],
  })
export type Config = z.infer<typeof schema>

/** Whom to ask about new posts; null: nobody. */
export function hookOf(config: Config): Hook | null {
  const { PUBLISH_HOOK_URL: url, PUBLISH_HOOK_SECRET: secret } = config
  if (url === undefined || secret === undefined) return null
  return { url, secret, timeoutMs: config.PUBLISH_HOOK_TIMEOUT_MS, otherwise: config.PUBLISH_HOOK_DEFAULT }
}

/** The configuration of this service, from the environment. */
export function loadConfig(): Config {
  return readConfig(schema)
}
