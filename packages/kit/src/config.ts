import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A configuration that cannot work. `message` lists every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads configuration from the environment. For each key of the schema, `KEY_FILE` may name a file
 * whose contents (without the last line break) are the value, as secrets mounted in a cluster are.
 * An empty variable counts as not set. A `NAME_PASSWORD` of the schema goes into its `NAME_URL` (see `withPassword`).
 * Values never appear in messages.
 * @throws ConfigError naming every missing or wrong variable
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<S> {
  const input: Record<string, string> = {}
  const problems: string[] = []
  for (const key of Object.keys(schema.shape)) {
    const file = env[`${key}_FILE`]
    const value = env[key]
    if (value !== undefined && value !== '') {
      input[key] = value
    } else if (file !== undefined && file !== '') {
      try {
        input[key] = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
      } catch (error) {
        problems.push(`${key}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`)
      }
    }
  }
  const result = schema.safeParse(input)
  if (!result.success) {
    for (const issue of result.error.issues) {
      const key = String(issue.path[0] ?? '')
      if (problems.some((problem) => problem.startsWith(`${key}_FILE`))) continue
      const missing = key !== '' && input[key] === undefined
      problems.push(missing ? `${key}: is required (or ${key}_FILE)` : `${key}: ${issue.message}`)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return withPasswords(result.data as z.infer<S>)
}

function withPasswords<Config extends Record<string, unknown>>(config: Config): Config {
  const filled: Record<string, unknown> = { ...config }
  for (const [key, url] of Object.entries(config)) {
    const password = config[key.replace(/_URL$/, '_PASSWORD')]
    if (!key.endsWith('_URL') || typeof url !== 'string' || typeof password !== 'string') continue
    const result = withPassword(url, password)
    if (result === null)
      throw new ConfigError([`${key}: names no user whose password ${key.slice(0, -3)}PASSWORD could be`])
    filled[key] = result
  }
  return filled as Config
}

/**
 * The URL with this password, percent-encoded, unless it has one already. Several hosts may be named, which is no URL to the
 * WHATWG. A Redis URL needs no user; null if any other names none.
 */
export function withPassword(url: string, password: string): string | null {
  const [, scheme = '', user, rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)(?:([^/?#]*)@)?(.*)$/is.exec(url) ?? []
  const [name, present] = (user ?? '').split(/:(.*)/s)
  if (present) return url
  if (!name && !/^rediss?:/i.test(scheme)) return null
  return `${scheme}${name}:${encodeURIComponent(password)}@${rest}`
}

/** A TCP port given as text. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .pipe(z.number().min(1).max(65_535))

/** A whole number given as text, from `min` to `max`. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
}

/** `true`/`false`, `on`/`off`, `1`/`0`, `yes`/`no` given as text. */
export const flag = z
  .enum(['true', 'false', 'on', 'off', '1', '0', 'yes', 'no'])
  .transform((value) => ['true', 'on', '1', 'yes'].includes(value))

function webUrl() {
  return z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
}

/**
 * What every service reads: spread it into its own schema.
 * ```ts
 * const schema = z.object({ ...baseConfig, ...postgresConfig, TIMELINE_LENGTH: integer(1).default(800) });
 * ```
 */
export const baseConfig = {
  APP_ID: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a Dapr app id'),
  APP_PORT: port,
  /** Loopback unless told otherwise: in a cluster the chart sets 0.0.0.0. */
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** How long requests are still taken after the signal to end: as long as balancers need to see that it ends. */
  SHUTDOWN_LINGER_SECONDS: integer(0, 300).default(0),
  DAPR_HTTP_PORT: port,
  /** The sidecar sends it to the application: internal routes take nothing else. */
  APP_API_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  /** The application sends it to the sidecar. */
  DAPR_API_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  /** Root of the keys for cursors and stored answers (HKDF); the same in all replicas of a service. */
  SECRET_KEY: z.string().min(32, 'must have at least 32 characters'),
  /** The SECRET_KEY before: what was made with it is still taken, and nothing is made with it. */
  SECRET_KEY_PREVIOUS: z.string().min(32, 'must have at least 32 characters').optional(),
  PUBLIC_URL: webUrl().default('http://localhost:8080'),
  PUBSUB_NAME: z.string().default('pubsub'),
  STATESTORE_NAME: z.string().default('statestore'),
  /** PUBLIC_URL when not set: read it with `tokenIssuer(config)`. */
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().default('daguerre'),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl().optional(),
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: webUrl().optional(),
  /** Share of traces that are recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .transform(Number)
    .pipe(z.number('must be a number from 0 to 1').min(0).max(1))
    .default(1),
}

const baseSchema = z.object(baseConfig)
export type BaseConfig = z.infer<typeof baseSchema>

/** `iss` of access tokens: TOKEN_ISSUER, or PUBLIC_URL. */
export function tokenIssuer(config: Pick<BaseConfig, 'TOKEN_ISSUER' | 'PUBLIC_URL'>): string {
  return config.TOKEN_ISSUER ?? config.PUBLIC_URL
}

const password = z.string().optional()

/** What a service with a PostgreSQL database reads besides. */
export const postgresConfig = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** For a URL that has none: URLs stand in values, passwords in Secrets. */
  DATABASE_PASSWORD: password,
  DATABASE_POOL_MAX: integer(1, 1000).default(10),
  OUTBOX_RETENTION_DAYS: integer(1, 36_500).default(90),
}

const postgresSchema = z.object(postgresConfig)
export type PostgresConfig = z.infer<typeof postgresSchema>

/** What a service with a Redis reads besides. */
export const redisConfig = {
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  REDIS_PASSWORD: password,
  /** Whether the URL is of a node of a Redis Cluster. */
  REDIS_CLUSTER: flag.default(false),
}

const redisSchema = z.object(redisConfig)
export type RedisConfig = z.infer<typeof redisSchema>

/** What a service with a MongoDB reads besides; the URL may name several hosts. */
export const mongodbConfig = {
  MONGODB_URL: z.string().regex(/^mongodb(\+srv)?:\/\/[^\s/?#]+(\/[^\s?#/]*)?(\?[^\s#]*)?$/, 'must be a MongoDB URL'),
  MONGODB_PASSWORD: password,
}
