import { events, makeEvent } from '@daguerre/contracts'
import { openCopies } from '@daguerre/copies/copies'
import { readConfig } from '@daguerre/kit/config'
import { createConsumer, startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { createSessionCheck } from '@daguerre/kit/ended-sessions'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { archiveQueue } from './archive-queue.ts'
import { archiveKeptHours } from './archive/kept-hours.ts'
import { hashPhotos } from './block/hash-photos.ts'
import { configSchema, importReach, storageOptions } from './config.ts'
import { database } from './database.ts'
import { subscriptions } from './events.ts'
import { exportQueue } from './export-queue.ts'
import { importQueue } from './import-queue.ts'
import { expireUploads, removeLeftovers } from './media/drop-uploads.ts'
import { eraseGone } from './media/erase-media.ts'
import { measureQueue } from './media/measure-queue.ts'
import { createPhotoSight } from './media/see-photo.ts'
import { createNeighbours } from './neighbours.ts'
import { photoQueue } from './photo-queue.ts'
import { createStorage } from './storage.ts'
import { createTransferNeighbours } from './transfer-neighbours.ts'
import { startWorker } from './worker.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.mediaHeartbeat, { subject: 'media', version: 0, data: {} }),
})
const { log, dapr, forkEm } = service
const storage = createStorage(storageOptions(config))
const shared = openCopies(config, log)

const maxDistance = config.MEDIA_BLOCK_DISTANCE

const worker = startWorker(photoQueue({ forkEm, storage, maxDistance }), {
  forkEm,
  log,
  concurrency: config.MEDIA_CONCURRENCY,
  leaseSeconds: config.MEDIA_LEASE_SECONDS,
})
const imports = importQueue({
  forkEm,
  storage,
  fetching: { reach: importReach(config), userAgent: `Daguerre (+${config.PUBLIC_URL})` },
  mostOfOnePerson: Math.ceil(config.MEDIA_IMPORT_CONCURRENCY / 2),
  onAccepted: () => worker.wake(),
})
const importer = startWorker(imports, {
  forkEm,
  log,
  concurrency: config.MEDIA_IMPORT_CONCURRENCY,
  leaseSeconds: config.MEDIA_LEASE_SECONDS,
  // Also when imports are off: what waits from before is refused then.
  ...(config.MEDIA_IMPORT === 'off' && { concurrency: 1, pollMs: 60_000 }),
})
const neighbours = createTransferNeighbours(dapr)
const exporter = startWorker(
  exportQueue({ forkEm, storage, neighbours, publicUrl: config.PUBLIC_URL, keptHours: config.EXPORT_KEPT_HOURS }),
  { forkEm, log, concurrency: 1, leaseSeconds: config.MEDIA_LEASE_SECONDS },
)
const archivist = startWorker(
  archiveQueue({
    ...{ forkEm, storage, neighbours },
    onAccepted: () => worker.wake(),
    now: () => new Date(),
    keptHours: archiveKeptHours,
    photosAnHour: config.ARCHIVE_PHOTOS_AN_HOUR,
  }),
  { forkEm, log, concurrency: 1, leaseSeconds: config.MEDIA_LEASE_SECONDS },
)
const app = createApp({
  config,
  log,
  forkEm,
  storage,
  grants: shared.grants,
  seePhoto: createPhotoSight({
    forkEm,
    copies: shared.copies,
    neighbours: createNeighbours(dapr),
    onCacheError: shared.onError,
  }),
  hasEnded: createSessionCheck(shared),
  wakeWorker: () => worker.wake(),
  wakeImporter: () => importer.wake(),
  wakeTransfers() {
    exporter.wake()
    archivist.wake()
  },
  neighbours,
  verifier: service.verifier,
  // Makes the bucket too: S3 may be away at the start.
  checks: { ...service.checks, s3: () => storage.ensureBucket() },
})

const erasing = startJob({
  name: 'erase',
  everyMs: 1000,
  run: (signal) =>
    eraseGone(
      {
        forkEm,
        storage,
        leaseSeconds: config.MEDIA_LEASE_SECONDS,
        uploadUrlSeconds: config.UPLOAD_URL_SECONDS,
      },
      signal,
    ),
  log,
})
createConsumer({
  app,
  appId: config.APP_ID,
  pubsubName: config.PUBSUB_NAME,
  subscriptions: subscriptions({ forkEm, maxDistance, wakeEraser: () => void erasing.trigger() }),
  deadLetters: postgresDeadLetters(service.orm),
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
  log,
})
const consuming = [startRedriving({ app, log }), startRecovery({ app, log })]

const housekeeping = startJob({
  name: 'housekeeping',
  everyMs: 60_000,
  async run(signal) {
    await expireUploads({ em: forkEm() }, { olderThanHours: config.UPLOAD_EXPIRY_HOURS })
    await removeLeftovers({ em: forkEm(), storage }, signal)
  },
  log,
})
const hashing = startJob({
  name: 'hash-photos',
  everyMs: 60_000,
  run: (signal) => hashPhotos({ forkEm, storage, maxDistance, log }, signal),
  log,
})
const measuring = startJob({ name: 'measure-queue', everyMs: 5000, run: () => measureQueue({ em: forkEm() }), log })

await serve({
  app,
  config,
  log,
  close: [
    () =>
      Promise.all(
        [worker, importer, exporter, archivist, housekeeping, hashing, measuring, erasing, ...consuming].map((one) =>
          one.stop(),
        ),
      ),
    () => storage.close(),
    shared.close,
    ...service.close,
  ],
})
