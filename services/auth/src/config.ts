import { availableParallelism } from 'node:os'
import { baseConfig, flag, integer, postgresConfig, readConfig, redisConfig } from '@daguerre/kit/config'
import { RegistrationMode } from '@daguerre/contracts'
import { z } from '@hono/zod-openapi'
import type { ProviderSettings } from './provider/provider-desk.ts'

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

const providerSettings = z.strictObject({
  /** Stands in addresses, and with each account that is linked: it stays. */
  id: z.string().regex(/^[a-z][a-z\d-]{0,31}$/, 'must be of lower-case letters, digits and hyphens'),
  name: z.string().trim().min(1).max(40),
  /** As its discovery document has it. Over TLS, unless it is on this machine. */
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https:') || loopback.test(url), 'must be https'),
  clientId: z.string().min(1),
  scopes: z
    .string()
    .default('openid profile email')
    .refine((text) => text.split(' ').includes('openid'), 'must have openid'),
})

/** JSON in a variable. */
const providers = z
  .string()
  .transform((text, { issues }) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      issues.push({ code: 'custom', message: 'is not JSON', input: text })
      return z.NEVER
    }
  })
  .pipe(z.array(providerSettings).max(20))
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'must have each id once')

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
  /** `[{"id","name","issuer","clientId","scopes"}]`: where people may sign in elsewhere. None: nowhere. Secrets: `providersOf`. */
  OIDC_PROVIDERS: providers.default([]),
  /** A file in MaxMind's format by which sessions have a place. Without one they have none. */
  PLACES_FILE: z.string().min(1).optional(),
  /** Who may make an account: everybody, who has an invitation, or whom moderators approve. */
  REGISTRATION: RegistrationMode.default('open'),
  /** How many people each member may invite; 0: only admins invite. */
  INVITATIONS_PER_MEMBER: integer(0, 1000).default(0),
  /** Who has not been approved by then is forgotten, and their username is free again. */
  APPROVAL_DAYS: integer(1, 365).default(14),
  /** Whether applications of third parties may be registered and let act for people (OAuth 2.1). */
  OAUTH_APPLICATIONS: flag.default(true),
  /** Life of a link that confirms an address. */
  EMAIL_CONFIRMATION_HOURS: integer(1, 720).default(24),
})

export type Config = z.infer<typeof configSchema>

/** What decides how people come to have accounts. */
export type AdmissionRules = Pick<Config, 'REGISTRATION' | 'INVITATIONS_PER_MEMBER'>

/** Whom mails come from: MAIL_FROM, or no-reply at the host that people type. */
export function senderOf({ MAIL_FROM, PUBLIC_URL }: Pick<Config, 'MAIL_FROM' | 'PUBLIC_URL'>): string {
  return MAIL_FROM ?? `Daguerre <no-reply@${new URL(PUBLIC_URL).hostname}>`
}

/** The providers, each with its secret: OIDC_CLIENT_SECRET_<ID> (or …_FILE); none where it knows the client without. */
export function providersOf(
  { OIDC_PROVIDERS }: Pick<Config, 'OIDC_PROVIDERS'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ProviderSettings[] {
  return OIDC_PROVIDERS.map((provider) => {
    const name = `OIDC_CLIENT_SECRET_${provider.id.toUpperCase().replaceAll('-', '_')}`
    const { [name]: clientSecret } = readConfig(z.object({ [name]: z.string().optional() }), env)
    return { ...provider, clientSecret: clientSecret ?? null }
  })
}
