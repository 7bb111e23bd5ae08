import { authInternal, type AuthApi } from '@daguerre/contracts'
import { readConfig, tokenIssuer } from '@daguerre/kit/config'
import { createDapr, read } from '@daguerre/kit/dapr'
import { pruneIdempotency } from '@daguerre/kit/idempotency'
import { startJob } from '@daguerre/kit/job'
import { createLogger } from '@daguerre/kit/log'
import { startRelay } from '@daguerre/kit/outbox'
import { createOrm, observePool, postgresCheck } from '@daguerre/kit/postgres'
import { exitOnUncaught, serve } from '@daguerre/kit/server'
import { startTelemetry } from '@daguerre/kit/telemetry'
import { createTokenVerifier } from '@daguerre/kit/tokens'
import { hc } from 'hono/client'
import { createApp } from './app.ts'
import { configSchema, storageOptions } from './config.ts'
import { expireUploads, removeLeftovers } from './media/drop-uploads.ts'
import { measureQueue } from './media/measure-queue.ts'
import { createStorage } from './storage.ts'
import { startWorker } from './worker.ts'

const config = readConfig(configSchema)
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
exitOnUncaught(log)
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})

const orm = createOrm({
  url: config.DATABASE_URL,
  entities: [],
  poolMax: config.DATABASE_POOL_MAX,
  service: config.APP_ID,
})
await observePool(orm)
function forkEm() {
  return orm.em.fork()
}
const storage = createStorage(storageOptions(config))
// Not a reason to die: until S3 is there the service is not ready, and the check below makes the bucket then.
await storage.ensureBucket().catch((error: unknown) => log.warn({ err: error }, 'no bucket yet'))
const dapr = createDapr({ config })
const auth = hc<AuthApi>('http://invoke', { fetch: dapr.fetchTo('auth') })

const worker = startWorker({
  forkEm,
  storage,
  log,
  concurrency: config.MEDIA_CONCURRENCY,
  leaseSeconds: config.MEDIA_LEASE_SECONDS,
})
const app = createApp({
  config,
  log,
  forkEm,
  storage,
  wakeWorker: () => worker.wake(),
  verifier: createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: () => read(auth.internal.jwks.$post({ json: {} }), authInternal.jwks.output),
  }),
  checks: { postgres: postgresCheck(orm), s3: () => storage.ensureBucket(), sidecar: () => dapr.healthy() },
})

const relay = startRelay({
  app: config.APP_ID,
  url: config.DATABASE_URL,
  publishBulk: (...call) => dapr.publishBulk(...call),
  retentionDays: config.OUTBOX_RETENTION_DAYS,
  log,
})
const housekeeping = startJob({
  name: 'housekeeping',
  everyMs: 60_000,
  async run(signal) {
    await expireUploads({ em: forkEm() }, { olderThanHours: config.UPLOAD_EXPIRY_HOURS })
    await removeLeftovers({ em: forkEm(), storage }, signal)
    await pruneIdempotency(forkEm())
  },
  log,
})
const measuring = startJob({ name: 'measure-queue', everyMs: 5000, run: () => measureQueue({ em: forkEm() }), log })

await serve({
  app,
  config,
  log,
  close: [
    () => Promise.all([worker.stop(), relay.stop(), housekeeping.stop(), measuring.stop()]),
    () => dapr.close(),
    () => storage.close(),
    () => orm.close(),
    stopTelemetry,
  ],
})
