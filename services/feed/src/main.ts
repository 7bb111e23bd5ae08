import { authInternal, type AuthApi } from '@daguerre/contracts'
import { tokenIssuer } from '@daguerre/kit/config'
import { createDapr, read } from '@daguerre/kit/dapr'
import { createLogger } from '@daguerre/kit/log'
import { exitOnUncaught, serve } from '@daguerre/kit/server'
import { startTelemetry } from '@daguerre/kit/telemetry'
import { createTokenVerifier } from '@daguerre/kit/tokens'
import { hc } from 'hono/client'
import { Redis } from 'ioredis'
import { createApp } from './app.ts'
import { readFeedConfig } from './config.ts'

const config = readFeedConfig()
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
exitOnUncaught(log)
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})
const dapr = createDapr({ config })

// A page is pulled when Redis does not answer, so it must not be waited for.
const redis = new Redis(config.REDIS_URL, {
  enableOfflineQueue: false,
  commandTimeout: 1_000,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
})
redis.on('error', (error) => log.warn({ err: error }, 'redis'))

const auth = hc<AuthApi>('http://invoke', { fetch: dapr.fetchTo('auth') })
const verifier = createTokenVerifier({
  issuer: tokenIssuer(config),
  audience: config.TOKEN_AUDIENCE,
  loadJwks: () => read(auth.internal.jwks.$post({ json: {} }), authInternal.jwks.output),
})

const { app, replay } = createApp({
  config,
  log,
  verifier,
  dapr,
  redis,
  checks: { redis: () => redis.ping(), sidecar: () => dapr.healthy() },
})

await serve({
  app,
  config,
  log,
  close: [() => replay.stop(), () => redis.disconnect(), () => dapr.close(), stopTelemetry],
})
