import { authInternal, type AuthApi } from '@daguerre/contracts'
import { tokenIssuer } from '@daguerre/kit/config'
import { createConsumer } from '@daguerre/kit/consumer'
import { foldCounters } from '@daguerre/kit/counters'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createDapr, read } from '@daguerre/kit/dapr'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { pruneIdempotency } from '@daguerre/kit/idempotency'
import { startJob } from '@daguerre/kit/job'
import { createLogger } from '@daguerre/kit/log'
import { startRelay } from '@daguerre/kit/outbox'
import { createOrm, observePool, postgresCheck } from '@daguerre/kit/postgres'
import { serve } from '@daguerre/kit/server'
import { startTelemetry } from '@daguerre/kit/telemetry'
import { createTokenVerifier } from '@daguerre/kit/tokens'
import { hc } from 'hono/client'
import { createApp } from './app.ts'
import { loadConfig } from './config.ts'
import { subscriptions } from './events.ts'
import { reconcileMedia } from './media/reconcile-media.ts'
import { createNeighbours } from './neighbours.ts'
import { createPeople } from './people.ts'
import { PostEntity } from './post.entity.ts'

const config = loadConfig()
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})

const orm = createOrm({
  url: config.DATABASE_URL,
  entities: [PostEntity],
  poolMax: config.DATABASE_POOL_MAX,
  service: config.APP_ID,
})
await observePool(orm)
function fork() {
  return orm.em.fork()
}

const dapr = createDapr({ config })
const auth = hc<AuthApi>('http://auth', { fetch: dapr.fetchTo('auth') })
const neighbours = createNeighbours(dapr)
const people = createPeople({ dapr, neighbours, log })

const app = createApp({
  config,
  log,
  verifier: createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: () => read(auth.internal.jwks.$post({ json: {} }), authInternal.jwks.output),
  }),
  forkEm: fork,
  checks: { postgres: postgresCheck(orm), sidecar: () => dapr.healthy() },
  people,
  neighbours,
  cursors: createCursorCodec(config.SECRET_KEY),
  clock: () => new Date(),
})
createConsumer({
  app,
  appId: config.APP_ID,
  pubsubName: config.PUBSUB_NAME,
  subscriptions: subscriptions({ fork, people }),
  deadLetters: postgresDeadLetters(orm),
  log,
})

const relay = startRelay({
  app: config.APP_ID,
  url: config.DATABASE_URL,
  publishBulk: (topic, batch) => dapr.publishBulk(topic, batch),
  retentionDays: config.OUTBOX_RETENTION_DAYS,
  log,
})
const jobs = [
  startJob({ name: 'fold counters', everyMs: 1000, run: () => foldCounters(fork()), log }),
  startJob({ name: 'prune idempotency keys', everyMs: 3_600_000, run: () => pruneIdempotency(fork()), log }),
  startJob({
    name: 'reconcile media',
    everyMs: 60_000,
    run: () => reconcileMedia({ fork, neighbours, log, now: new Date() }),
    log,
  }),
]

await serve({
  app,
  config,
  log,
  close: [
    () => Promise.all(jobs.map((job) => job.stop())),
    () => relay.stop(),
    () => dapr.close(),
    () => orm.close(true),
    stopTelemetry,
  ],
})
