import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import { createConsumer, type ConsumerOptions, type DeadLetterStore } from '@daguerre/kit/consumer'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { BlockedTextRule } from '@daguerre/contracts'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Config } from './config.ts'
import { subscriptions } from './events.ts'
import type { Neighbours } from './neighbours.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'

export interface AppDeps extends HttpDeps {
  config: HttpDeps['config'] & Pick<Config, 'PUBSUB_NAME' | 'REPORTS_PER_DAY'>
  forkEm: () => EntityManager
  neighbours: Neighbours
  grants: PhotoGrants
  /** Puts the list of blocked texts where all services read it. */
  keepTextRules: (rules: readonly BlockedTextRule[]) => Promise<void>
  deadLetters: DeadLetterStore
  receipts?: NonNullable<ConsumerOptions['receipts']>
  clock: () => Date
}

/** The HTTP app of the moderation service: what people and moderators ask, the outbox, and what the broker brings. */
export function createApp(deps: AppDeps) {
  const app = createHttpApp(deps)
  app.route('/', publicRoutes({ ...deps, cursors: createCursorCodec(deps.config) }))
  app.route('/', internalRoutes())
  const { config, deadLetters, receipts, log } = deps
  createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions(deps),
    deadLetters,
    ...(receipts && { receipts }),
    log,
  })
  return app
}
