import { availableParallelism } from 'node:os'
import { baseConfig, integer, postgresConfig, redisConfig } from '@daguerre/kit/config'
import { z } from '@hono/zod-openapi'

export const configSchema = z.object({
  ...baseConfig,
  ...postgresConfig,
  ...redisConfig,
  ACCESS_TOKEN_SECONDS: integer(60, 3600).default(900),
  /** Life of a session that nobody refreshes. */
  REFRESH_TOKEN_DAYS: integer(1, 365).default(30),
  /** How long a used refresh token may come again as a retry. */
  REFRESH_GRACE_SECONDS: integer(0, 120).default(20),
  /** Between publishing a key and signing with it: longer than verifiers and replicas take to see it (10 s). */
  KEY_PUBLICATION_SECONDS: integer(0, 3600).default(30),
  /** Each takes a thread and 19 MiB. */
  PASSWORD_CONCURRENCY: integer(1, 64).default(Math.min(4, availableParallelism())),
  PASSWORD_QUEUE: integer(0, 10_000).default(256),
  /** `smtp://user@host:587` or `smtps://user@host`. Without it there is no mail. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_PASSWORD: z.string().optional(),
  /** `Daguerre <photos@example.org>`; see `senderOf`. */
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n@]*@[^\r\n@]+$/, 'must be an e-mail address, or a name with one in <>')
    .optional(),
  /** So long after somebody has asked for it their account is deleted; until then they may take it back. */
  ACCOUNT_DELETION_GRACE_DAYS: integer(0, 365).default(30),
  /** Life of a link that confirms an address. */
  EMAIL_CONFIRMATION_HOURS: integer(1, 720).default(24),
})

export type Config = z.infer<typeof configSchema>

/** Whom mails come from: MAIL_FROM, or no-reply at the host that people type. */
export function senderOf({ MAIL_FROM, PUBLIC_URL }: Pick<Config, 'MAIL_FROM' | 'PUBLIC_URL'>): string {
  return MAIL_FROM ?? `Daguerre <no-reply@${new URL(PUBLIC_URL).hostname}>`
}
