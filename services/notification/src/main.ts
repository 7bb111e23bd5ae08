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
import { readNotificationConfig } from './config.ts'
import { collectionsOf, createOrm } from './orm.ts'
import { createHub } from './stream/hub.ts'

const config = readNotificationConfig()
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
exitOnUncaught(log)
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})
const dapr = createDapr({ config })
const orm = await createOrm(config.MONGODB_URL)
const collections = collectionsOf(orm)

const redisOptions = { maxRetriesPerRequest: 0, retryStrategy: (attempt: number) => Math.min(attempt * 100, 2_000) }
const publisher = new Redis(config.REDIS_URL, { ...redisOptions, enableOfflineQueue: false, commandTimeout: 250 })
const subscriber = new Redis(config.REDIS_URL, { ...redisOptions, autoResubscribe: true })
for (const redis of [publisher, subscriber]) redis.on('error', (error) => log.warn({ err: error }, 'redis'))

const auth = hc<AuthApi>('http://invoke', { fetch: dapr.fetchTo('auth') })
const verifier = createTokenVerifier({
  issuer: tokenIssuer(config),
  audience: config.TOKEN_AUDIENCE,
  loadJwks: () => read(auth.internal.jwks.$post({ json: {} }), authInternal.jwks.output),
})

const draining = new AbortController()
const { app, replay } = createApp({
  config,
  log,
  verifier,
  dapr,
  collections,
  hub: createHub({ publisher, subscriber, log }),
  clock: () => new Date(),
  draining: draining.signal,
  checks: { mongodb: () => collections.posts.findOne({ _id: '' }), sidecar: () => dapr.healthy() },
})

// Streams never end by themselves, and the server waits for what is open.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => draining.abort())

await serve({
  app,
  config,
  log,
  close: [
    () => replay.stop(),
    () => publisher.disconnect(),
    () => subscriber.disconnect(),
    () => orm.close(),
    () => dapr.close(),
    stopTelemetry,
  ],
})
