import { events, makeEvent } from '@daguerre/contracts'
import { readConfig } from '@daguerre/kit/config'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { configSchema, storageOptions } from './config.ts'
import { database } from './database.ts'
import { expireUploads, removeLeftovers } from './media/drop-uploads.ts'
import { measureQueue } from './media/measure-queue.ts'
import { createStorage } from './storage.ts'
import { startWorker } from './worker.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.mediaHeartbeat, { subject: 'media', version: 0, data: {} }),
})
const { log, forkEm } = service
const storage = createStorage(storageOptions(config))

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
  verifier: service.verifier,
  // Makes the bucket too: S3 may be away at the start.
  checks: { ...service.checks, s3: () => storage.ensureBucket() },
})

const housekeeping = startJob({
  name: 'housekeeping',
  everyMs: 60_000,
  async run(signal) {
    await expireUploads({ em: forkEm() }, { olderThanHours: config.UPLOAD_EXPIRY_HOURS })
    await removeLeftovers({ em: forkEm(), storage }, signal)
  },
  log,
})
const measuring = startJob({ name: 'measure-queue', everyMs: 5000, run: () => measureQueue({ em: forkEm() }), log })

await serve({
  app,
  config,
  log,
  close: [
    () => Promise.all([worker.stop(), housekeeping.stop(), measuring.stop()]),
    () => storage.close(),
    ...service.close,
  ],
})
