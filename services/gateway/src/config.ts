import { baseConfig, flag, integer, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const { APP_ID, APP_PORT, HOST, LOG_LEVEL, SHUTDOWN_LINGER_SECONDS, PUBLIC_URL, TOKEN_ISSUER, TOKEN_AUDIENCE } =
  baseConfig

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** The gateway has no sidecar, so it reads the part of the base configuration that is not Dapr's. */
const schema = z.object({
  APP_ID,
  APP_PORT,
  HOST,
  LOG_LEVEL,
  SHUTDOWN_LINGER_SECONDS,
  PUBLIC_URL,
  TOKEN_ISSUER,
  TOKEN_AUDIENCE,
  OTEL_EXPORTER_OTLP_ENDPOINT: baseConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: baseConfig.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  OTEL_TRACES_SAMPLER_ARG: baseConfig.OTEL_TRACES_SAMPLER_ARG,
  ...redisConfig,
  /** Origins that may call the API from a browser, comma separated; `*` for all. None by default. */
  CORS_ORIGINS: z.string().default('').transform(listOf),
  /** `off` for benchmarks. */
  DAGUERRE_RATE_LIMITS: flag.default(true),
  /**
   * Requests that carry it in `X-Daguerre-Trusted-Token` are not rate limited: for tools of who runs the system, such as
   * the demo that signs up thirty people from one address. Not set: there are none. It opens nothing else.
   */
  DAGUERRE_TRUSTED_TOKEN: z.string().min(32).optional(),
  /** How many proxies in front append to X-Forwarded-For; 0 takes the address of the connection. */
  TRUSTED_PROXIES: integer(0, 10).default(0),
  /** Folder of the web app's build; where it lies beside the gateway if not set (main.ts). Without one `/` leads to /docs. */
  WEB_DIR: z.string().optional(),
  /** Origins that the web app may send photos to besides this one, comma separated: where presigned uploads go. */
  UPLOAD_ORIGINS: z
    .string()
    .default('')
    .transform((list) => listOf(list).map((url) => (URL.canParse(url) ? new URL(url).origin : 'null')))
    .refine((origins) => !origins.includes('null'), { error: 'must be addresses that begin with http:// or https://' }),
  /** Seconds of Strict-Transport-Security; 0 leaves it out, as plain HTTP on a laptop needs. */
  HSTS_SECONDS: integer(0).default(0),
})

export type GatewayConfig = z.infer<typeof schema> & { upstreams: Record<string, string[]> }

/** Reads the configuration; `UPSTREAM_<SERVICE>` names the instances of a service, comma separated. */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>> = process.env): GatewayConfig {
  const upstreams: Record<string, string[]> = {}
  for (const [key, value] of Object.entries(env)) {
    if (key.startsWith('UPSTREAM_') && value) {
      upstreams[key.slice('UPSTREAM_'.length).toLowerCase().replaceAll('_', '-')] = value
        .split(',')
        .map((url) => url.trim())
    }
  }
  return { ...readConfig(schema, env), upstreams }
}
