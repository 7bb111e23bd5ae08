import { randomBytes } from 'node:crypto'
import { type AccountState, events, type Media, makeEvent, type PersonShort } from '@daguerre/contracts'
import { copyKey, type PhotoUse } from '@daguerre/copies/copies'
import { openTestCopies } from '@daguerre/copies/testing'
import { createSessionCheck, endedSessionKey } from '@daguerre/kit/ended-sessions'
import { newId } from '@daguerre/kit/id'
import { silentLogger } from '@daguerre/kit/log'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { createTestDatabase, testConfig, testTokens, testViewer, waitFor } from '@daguerre/kit/testing'
import { query } from '@daguerre/kit/postgres'
import { createApp } from '../src/app.ts'
import { archiveQueue } from '../src/archive-queue.ts'
import { configSchema } from '../src/config.ts'
import type { MediaRow } from '../src/media/media-row.ts'
import { createPhotoSight } from '../src/media/see-photo.ts'
import type { Neighbours } from '../src/neighbours.ts'
import { subscriptions } from '../src/events.ts'
import { database as mediaDatabase } from '../src/database.ts'
import { createStorage, type Storage } from '../src/storage.ts'
import { importQueue } from '../src/import-queue.ts'
import { exportQueue } from '../src/export-queue.ts'
import type { FetchOptions } from '../src/import/fetch-photo.ts'
import type { TransferNeighbours } from '../src/transfer-neighbours.ts'
import { photoQueue } from '../src/photo-queue.ts'
import { startWorker, type WorkerOptions } from '../src/worker.ts'
import { testNeighbours } from './neighbours.ts'

type Settings = {
  uploadsMax?: number
  imports?: 'off' | 'on'
  neighbours?: TransferNeighbours
  /** What stands between media and S3. */
  wrapStorage?: (storage: Storage) => Storage
  /** false: no worker runs unless one is started. */
  worker?: boolean | Partial<WorkerOptions>
}

/** What post and user would say. Everybody is open and follows nobody unless told otherwise. */
function createWorld() {
  const uses = new Map<string, PhotoUse>()
  const accounts = new Map<string, { account: AccountState; avatar: PersonShort['avatar'] }>()
  /** "<viewer> <person>" */
  const [follows, blocks] = [new Set<string>(), new Set<string>()]
  const away = new Set<'post' | 'user'>()
  const asked: string[] = []
  /** Runs before post answers. */
  const before: { photoUse?: (() => Promise<unknown>) | undefined } = {}
  function answer(name: 'post' | 'user', what: string): void {
    asked.push(what)
    if (away.has(name)) throw new NeighbourError(name, 0, 'is away')
  }
  const neighbours: Neighbours = {
    async photoUse(mediaId) {
      answer('post', mediaId)
      await before.photoUse?.()
      return uses.get(mediaId) ?? null
    },
    async people(ids) {
      answer('user', 'people')
      return ids.map((id) => {
        const { account, avatar } = accounts.get(id) ?? { account: 'open' as const, avatar: null }
        return { person: { id, username: `u${id.slice(-6)}`, displayName: '', avatar }, version: 1, account }
      })
    },
    async relations(viewerId, ids) {
      answer('user', 'relations')
      return ids.map((userId) => ({
        userId,
        isBlocked: blocks.has(`${viewerId} ${userId}`),
        isCloseFriend: false,
        isMuted: false,
        follows: follows.has(`${viewerId} ${userId}`),
        isFollowedBy: false,
      }))
    },
  }
  return { uses, accounts, follows, blocks, away, asked, before, neighbours }
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

/** A media as other services are told of it. */
export function withoutGrants(media: Media): Media {
  return { ...media, variants: media.variants.map((variant) => ({ ...variant, url: variant.url.replace(/\?.*/, '') })) }
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
    MEDIA_BLOCK_DISTANCE: configSchema.shape.MEDIA_BLOCK_DISTANCE.parse(undefined),
    UPLOAD_URL_SECONDS: configSchema.shape.UPLOAD_URL_SECONDS.parse(undefined),
    EXPORTS_A_DAY: 3,
    EXPORT_KEPT_HOURS: 168,
    EXPORT_LINK_SECONDS: 3600,
    ARCHIVE_MAX_BYTES: 10 * 1024 ** 3,
    ARCHIVE_UPLOAD_HOURS: 48,
  }
  const tokens = await testTokens(config)
  const workers: ReturnType<typeof startWorker>[] = []
  const shared = openTestCopies()
  const world = createWorld()
  const app = createApp({
    grants: shared.grants,
    seePhoto: createPhotoSight({
      forkEm,
      copies: shared.copies,
      neighbours: world.neighbours,
      onCacheError: shared.onError,
    }),
    hasEnded: createSessionCheck(shared),
    config,
    log: silentLogger(),
    forkEm,
    storage,
    verifier: tokens.verifier,
    wakeWorker: wakeAll,
    wakeImporter: wakeAll,
    wakeTransfers: wakeAll,
    neighbours: settings.neighbours ?? testNeighbours().neighbours,
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

  /** A worker that makes exports. */
  function addExporter(neighbours: TransferNeighbours, options: Partial<WorkerOptions> = {}) {
    const queue = exportQueue({ forkEm, storage, neighbours, publicUrl: config.PUBLIC_URL, keptHours: 168 })
    const worker = startWorker(queue, { ...defaults, ...options })
    workers.push(worker)
    return worker
  }

  /** A worker that takes posts of archives. */
  function addArchivist(
    neighbours: TransferNeighbours,
    options: Partial<WorkerOptions> = {},
    photosAnHour = 1_000_000,
  ) {
    const taking = { forkEm, storage, neighbours, onAccepted: wakeAll, now: () => new Date() }
    const worker = startWorker(archiveQueue({ ...taking, keptHours: 720, photosAnHour }), { ...defaults, ...options })
    workers.push(worker)
    return worker
  }

  function addWorker(options: Partial<WorkerOptions> = {}) {
    const worker = startWorker(photoQueue({ forkEm, storage, maxDistance: config.MEDIA_BLOCK_DISTANCE }), {
      ...defaults,
      ...options,
    })
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

  /** Tells of an event, as the broker would. */
  async function tell(event: ReturnType<typeof makeEvent>): Promise<void> {
    const maxDistance = config.MEDIA_BLOCK_DISTANCE
    const handlers = subscriptions({ forkEm, maxDistance, wakeEraser: () => {} })
    const told = { id: newId(), source: 'test', time: new Date(), ...event }
    for (const handler of handlers) if (handler.type === event.type) await handler.handle(told as never)
  }

  async function mediaOf(id: string): Promise<Media> {
    return (await (await request(`/api/v1/media/${id}`)).json()) as Media
  }

  async function stop(): Promise<void> {
    await Promise.all(workers.map((worker) => worker.stop()))
    plain.close()
    shared.close()
    await database.drop()
  }

  return {
    app,
    config,
    database,
    world,
    /** A post shows this photo, as post says from now on; null: none does. */
    async show(mediaId: string, use: PhotoUse | null) {
      if (use) world.uses.set(mediaId, use)
      else world.uses.delete(mediaId)
      await shared.holds.hold([copyKey.photo(mediaId)])
    },
    /** Says that a session has ended, as auth does. */
    endSession: (id: string) => shared.redis.set(endedSessionKey(id), '1', 'EX', 60),
    shared,
    forkEm,
    storage,
    plain,
    tokens,
    louise,
    nadar,
    addWorker,
    addImporter,
    addExporter,
    addArchivist,
    request,
    upload,
    rows,
    mediaOf,
    /** Photos that look so are blocked, or no longer, as moderation says. */
    block(perceptualHash: string, { blockId = newId(), isBlocked = true } = {}) {
      const version = isBlocked ? 1 : 2
      const data = { blockId, perceptualHash, isBlocked }
      return tell(makeEvent(events.photoBlockChanged, { subject: blockId, version, data }))
    },
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
      const response = await app.request(media.variants.find((variant) => variant.name === name)?.url ?? '')
      if (response.status !== 200) throw new Error(`${name}: ${response.status}`)
      return Buffer.from(await response.arrayBuffer())
    },
    async sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
      return query<T>(forkEm(), `/* test */ ${text}`, params)
    },
    stop,
  }
}
