import { readConfig, tokenIssuer } from '@daguerre/kit/config'
import { foldCounters } from '@daguerre/kit/counters'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createDapr } from '@daguerre/kit/dapr'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { pruneIdempotency } from '@daguerre/kit/idempotency'
import { startJob } from '@daguerre/kit/job'
import { createLogger } from '@daguerre/kit/log'
import { startRelay } from '@daguerre/kit/outbox'
import { observePool, postgresCheck } from '@daguerre/kit/postgres'
import { exitOnUncaught, serve } from '@daguerre/kit/server'
import { startTelemetry } from '@daguerre/kit/telemetry'
import { createTokenVerifier } from '@daguerre/kit/tokens'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { openDatabase } from './database.ts'
import { createNeighbours } from './neighbours.ts'
import { createPeople } from './people.ts'
import { purgePosts } from './posts/purge-posts.ts'

const config = readConfig(configSchema)
const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
exitOnUncaught(log)
const stopTelemetry = await startTelemetry({
  service: config.APP_ID,
  otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
  sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
})

const orm = openDatabase({ url: config.DATABASE_URL, poolMax: config.DATABASE_POOL_MAX })
await observePool(orm)
const dapr = createDapr({ config })
const neighbours = createNeighbours(dapr)

const app = createApp({
  config,
  log,
  forkEm,
  verifier: createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: neighbours.loadJwks,
  }),
  checks: { postgres: postgresCheck(orm), sidecar: () => dapr.healthy() },
  cursors: createCursorCodec(config.SECRET_KEY),
  neighbours,
  people: createPeople({ dapr, loadPeople: neighbours.loadPeople, log }),
  deadLetters: postgresDeadLetters(orm),
  clock: () => new Date(),
})

const relay = startRelay({
  app: config.APP_ID,
  url: config.DATABASE_URL,
  publishBulk: (topic, events, options) => dapr.publishBulk(topic, events, options),
  log,
  retentionDays: config.OUTBOX_RETENTION_DAYS,
})
const jobs = [
  startJob({ name: 'fold-counters', everyMs: 1000, run: () => foldCounters(forkEm()), log }),
  startJob({ name: 'purge-posts', everyMs: 5000, run: (signal) => purgePosts({ em: forkEm(), signal }), log }),
  startJob({ name: 'prune-idempotency', everyMs: 3_600_000, run: () => pruneIdempotency(forkEm()), log }),
]

await serve({
  app,
  config,
  log,
  close: [
    () => Promise.all(jobs.map((job) => job.stop())),
    () => relay.stop(),
    () => orm.close(),
    () => dapr.close(),
    stopTelemetry,
  ],
})

/** An EntityManager for one request, message or job. */
function forkEm() {
  return orm.em.fork()
}
