import { randomBytes } from 'node:crypto'
import type { Media } from '@daguerre/contracts'
import { silentLogger } from '@daguerre/kit/log'
import { createTestDatabase, testConfig, testTokens, testViewer, waitFor } from '@daguerre/kit/testing'
import { query } from '@daguerre/kit/postgres'
import { createApp } from '../src/app.ts'
import { configSchema } from '../src/config.ts'
import type { MediaRow } from '../src/media/media-row.ts'
import { database as mediaDatabase } from '../src/database.ts'
import { createStorage, type Storage } from '../src/storage.ts'
import { importQueue } from '../src/import-queue.ts'
import type { FetchOptions } from '../src/import/fetch-photo.ts'
import { photoQueue } from '../src/photo-queue.ts'
import { startWorker, type WorkerOptions } from '../src/worker.ts'

type Settings = {
  uploadsMax?: number
  imports?: 'off' | 'on'
  /** What stands between media and S3. */
  wrapStorage?: (storage: Storage) => Storage
  /** false: no worker runs unless one is started. */
  worker?: boolean | Partial<WorkerOptions>
}

export type System = Awaited<ReturnType<typeof startMedia>>

export function storageOfTests(overrides: Partial<Parameters<typeof createStorage>[0]> = {}): Storage {
  const { env } = process
  return createStorage({
    endpoint: env['TEST_S3_ENDPOINT'],
    region: env['TEST_S3_REGION'] ?? 'us-east-1',
    bucket: `media-test-${randomBytes(6).toString('hex')}`,
    accessKeyId: env['TEST_S3_ACCESS_KEY'] ?? '',
    secretAccessKey: env['TEST_S3_SECRET_KEY'] ?? '',
    forcePathStyle: true,
    ...overrides,
  })
}

/** A media service on a database and a bucket of its own. */
export async function startMedia(settings: Settings = {}) {
  const database = await createTestDatabase(mediaDatabase)
  function forkEm() {
    return database.orm.em.fork()
  }
  const plain = storageOfTests()
  await plain.ensureBucket()
  const storage = settings.wrapStorage?.(plain) ?? plain
  const config = {
    ...testConfig({ APP_ID: 'media' }),
    UPLOADS_MAX: settings.uploadsMax ?? 24,
    MEDIA_IMPORT: settings.imports ?? 'on',
    UPLOAD_URL_SECONDS: configSchema.shape.UPLOAD_URL_SECONDS.parse(undefined),
  }
  const tokens = await testTokens(config)
  const workers: ReturnType<typeof startWorker>[] = []
  const app = createApp({
    config,
    log: silentLogger(),
    forkEm,
    storage,
    verifier: tokens.verifier,
    wakeWorker: wakeAll,
    wakeImporter: wakeAll,
  })

  function wakeAll(): void {
    for (const worker of workers) worker.wake()
  }

  const defaults = {
    forkEm,
    log: silentLogger(),
    concurrency: 1,
    leaseSeconds: 60,
    pollMs: 50,
    pauseMs: 20,
    graceMs: 5000,
  }

  /** A worker that fetches imports. */
  function addImporter(fetching: FetchOptions, options: Partial<WorkerOptions> = {}) {
    const queue = importQueue({ forkEm, storage, fetching, mostOfOnePerson: 2, onAccepted: wakeAll })
    const worker = startWorker(queue, { ...defaults, ...options })
    workers.push(worker)
    return worker
  }

  function addWorker(options: Partial<WorkerOptions> = {}) {
    const worker = startWorker(photoQueue({ forkEm, storage }), { ...defaults, ...options })
    workers.push(worker)
    return worker
  }
  if (settings.worker !== false) addWorker(typeof settings.worker === 'object' ? settings.worker : {})

  const louise = testViewer('louise')
  const nadar = testViewer('nadar')

  async function request(path: string, init: RequestInit = {}, as: typeof louise | null = louise): Promise<Response> {
    const headers = new Headers(init.headers)
    if (as) for (const [name, value] of Object.entries(await tokens.headersFor(as))) headers.set(name, value)
    return app.request(path, { ...init, headers })
  }

  async function upload(file: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    const form = new FormData()
    form.set('file', new Blob([file]), 'photo.jpg')
    return request('/api/v1/media/upload', { method: 'POST', body: form, headers })
  }

  async function rows(): Promise<MediaRow[]> {
    return query<MediaRow>(forkEm(), '/* test */ select * from media order by id')
  }

  async function mediaOf(id: string): Promise<Media> {
    return (await (await request(`/api/v1/media/${id}`)).json()) as Media
  }

  async function stop(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.stop()))
    plain.close()
    await database.drop()
  }

  return {
    app,
    config,
    database,
    forkEm,
    storage,
    plain,
    tokens,
    louise,
    nadar,
    addWorker,
    addImporter,
    request,
    upload,
    rows,
    mediaOf,
    /** Uploads and waits for the end of the work. */
    async process(file: Uint8Array<ArrayBuffer>): Promise<Media> {
      const { id } = (await (await this.upload(file)).json()) as Media
      return this.finished(id)
    },
    async finished(id: string): Promise<Media> {
      return waitFor(
        async () => {
          const media = await mediaOf(id)
          return (media.state === 'ready' || media.state === 'failed') && media
        },
        { timeoutMs: 25_000, what: `the end of ${id}` },
      )
    },
    async eventsOf(id: string) {
      return query<{ type: string; version: string; data: Record<string, unknown> }>(
        forkEm(),
        'select type, version, data from outbox where subject = ? order by id',
        [id],
      )
    },
    async bytesOf(media: Media, name: string): Promise<Buffer> {
      const response = await app.request(`/media/${media.id}/${name}.webp`)
      if (response.status !== 200) throw new Error(`${name}: ${response.status}`)
      return Buffer.from(await response.arrayBuffer())
    },
    async sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
      return query<T>(forkEm(), `/* test */ ${text}`, params)
    },
    stop,
  }
}
