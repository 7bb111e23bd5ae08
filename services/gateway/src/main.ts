import { failFast, openRedis } from '@daguerre/kit/redis'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { tokenIssuer } from '@daguerre/kit/config'
import { createLogger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import { exitOnUncaught, serve } from '@daguerre/kit/server'
import { startTelemetry } from '@daguerre/kit/telemetry'
import { createTokenVerifier, type JsonWebKeySet } from '@daguerre/kit/tokens'
import { watchConnection } from '@daguerre/kit/trouble'
import { createApp } from './app.ts'
import { readGatewayConfig } from './config.ts'
import { createRateLimiter } from './rate-limits.ts'
import type { OpenApiDocument } from './route-table.ts'
import { createSessionCheck } from '@daguerre/kit/ended-sessions'
import { createUpstreams } from './upstreams.ts'
import { openWebBuild } from './web/build.ts'

const config = readGatewayConfig()
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
exitOnUncaught(log)
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})

// One round trip for the limits and the session of a request. A busy Redis is waited for, since without it ended sessions
// would count as running; one that is gone refuses at once.
const redis = openRedis(config, failFast(1_000))
const redisErrors = counter(
  'gateway_redis_errors_total',
  'Requests let through unchecked because Redis did not answer',
  [],
)
watchConnection(redis, { name: 'redis', log })
function onError(error: unknown): void {
  redisErrors.inc()
  log.debug({ err: error }, 'redis did not answer')
}

const upstreams = createUpstreams(config.upstreams)
const document = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8')) as OpenApiDocument

// In the checkout, and in an image.
const webFolders = ['../../web/dist', '../web'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const webFolder = config.WEB_DIR ?? webFolders.find((folder) => existsSync(`${folder}/index.html`))

const app = createApp({
  config,
  log,
  document,
  upstreams,
  web: webFolder === undefined ? null : await openWebBuild(webFolder),
  verifier: createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: async () => {
      const response = await upstreams.request('auth', {
        method: 'GET',
        path: '/.well-known/jwks.json',
        headersTimeout: 2_000,
        bodyTimeout: 2_000,
      })
      return (await response.body.json()) as JsonWebKeySet
    },
  }),
  hasEnded: createSessionCheck({ redis, onError }),
  limiter: config.DAGUERRE_RATE_LIMITS ? createRateLimiter({ redis, onError }) : null,
  checks: { redis: () => redis.ping() },
})

await serve({ app, config, log, close: [() => upstreams.close(), () => redis.disconnect(), stopTelemetry] })
