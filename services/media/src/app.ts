import { archiveLimits } from '@daguerre/contracts'
import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import { createCursorCodec } from '@daguerre/kit/cursor'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Config } from './config.ts'
import type { SeePhoto } from './media/see-photo.ts'
import { archiveRoutes } from './routes/archives.ts'
import { exportRoutes } from './routes/exports.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'
import type { Storage } from './storage.ts'
import type { TransferNeighbours } from './transfer-neighbours.ts'

export interface AppDeps extends Omit<HttpDeps, 'config'> {
  config: HttpDeps['config'] &
    Pick<
      Config,
      | 'UPLOADS_MAX'
      | 'UPLOAD_URL_SECONDS'
      | 'MEDIA_IMPORT'
      | 'MEDIA_BLOCK_DISTANCE'
      | 'EXPORTS_A_DAY'
      | 'EXPORT_KEPT_HOURS'
      | 'EXPORT_LINK_SECONDS'
      | 'ARCHIVE_MAX_BYTES'
      | 'ARCHIVE_UPLOAD_HOURS'
    >
  forkEm: () => EntityManager
  storage: Storage
  grants: PhotoGrants
  seePhoto: SeePhoto
  /** Whether a session has ended: its grants end with it. */
  hasEnded: (sessionId: string) => Promise<boolean>
  /** Says that the queue of photos has something new. */
  wakeWorker: () => void
  /** The same of the queue of imports. */
  wakeImporter: () => void
  /** The same of exports and archives. */
  wakeTransfers: () => void
  neighbours: TransferNeighbours
}

/** The HTTP side of media. */
export function createApp(deps: AppDeps) {
  const app = createHttpApp({
    ...deps,
    // The upload counts for itself while it streams.
    bodyLimitBytes: (_method, path) => {
      if (path === '/api/v1/media/upload') return Number.POSITIVE_INFINITY
      return /^\/api\/v1\/archives\/[^/]+\/parts\//.test(path) ? archiveLimits.partBytes : 1_000_000
    },
  })
  app.route('/', publicRoutes(deps))
  const cursors = createCursorCodec(deps.config)
  app.route('/', exportRoutes({ ...deps, cursors }))
  app.route('/', archiveRoutes({ ...deps, cursors }))
  app.route('/', internalRoutes(deps))
  return app
}
