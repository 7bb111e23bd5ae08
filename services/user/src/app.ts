import type { TextRules } from '@daguerre/copies/text-rules'
import type { Copies, Holds } from '@daguerre/copies/copies'
import { createConsumer, type ConsumerOptions, type DeadLetterStore } from '@daguerre/kit/consumer'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Config } from './config.ts'
import { subscriptions } from './events.ts'
import type { Neighbours } from './neighbours.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'

export interface AppDeps extends HttpDeps {
  config: HttpDeps['config'] & Pick<Config, 'PUBSUB_NAME'>
  forkEm: () => EntityManager
  neighbours: Neighbours
  copies: Copies
  holds: Holds
  onCacheError: (error: unknown) => void
  /** What nobody may write. */
  textRules: TextRules
  acceptRequests: () => Promise<void>
  deadLetters: DeadLetterStore
  receipts?: NonNullable<ConsumerOptions['receipts']>
  clock: () => Date
}

/** The HTTP app of the user service: public routes, routes for other services, and the events it listens to. */
export function createApp(deps: AppDeps) {
  const { config, forkEm, deadLetters, receipts, log } = deps
  const app = createHttpApp(deps)
  app.route('/', publicRoutes({ ...deps, cursors: createCursorCodec(config) }))
  app.route('/', internalRoutes(deps))
  createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions({ forkEm, deadLetters, holds: deps.holds }),
    // What is in work at the same time shares its statements.
    concurrency: 32,
    deadLetters,
    ...(receipts && { receipts }),
    log,
  })
  return app
}
