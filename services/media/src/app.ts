import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Config } from './config.ts'
import type { SeePhoto } from './media/see-photo.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'
import type { Storage } from './storage.ts'

export interface AppDeps extends Omit<HttpDeps, 'config'> {
  config: HttpDeps['config'] & Pick<Config, 'UPLOADS_MAX' | 'UPLOAD_URL_SECONDS' | 'MEDIA_IMPORT'>
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
}

/** The HTTP side of media. */
export function createApp(deps: AppDeps) {
  const app = createHttpApp({
    ...deps,
    // The upload counts for itself while it streams.
    bodyLimitBytes: (_method, path) => (path === '/api/v1/media/upload' ? Number.POSITIVE_INFINITY : 1_000_000),
  })
  app.route('/', publicRoutes(deps))
  app.route('/', internalRoutes(deps))
  return app
}
