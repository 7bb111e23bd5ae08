import type { PersonShort } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import type { Copies, Holds } from '@daguerre/copies/copies'
import type { TextRules } from '@daguerre/copies/text-rules'
import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import type { Allowance } from '@daguerre/kit/allowance'
import { createConsumer, type ConsumerOptions, type DeadLetterStore } from '@daguerre/kit/consumer'
import type { CursorCodec } from '@daguerre/kit/cursor'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Config } from './config.ts'
import { subscriptions } from './events.ts'
import type { Neighbours } from './neighbours.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'

export interface Deps extends HttpDeps {
  config: HttpDeps['config'] & Pick<Config, 'PUBSUB_NAME'>
  forkEm: () => EntityManager
  cursors: CursorCodec
  /** People whom somebody may mention in a day. */
  mentions: Allowance
  /** What nobody may write. */
  textRules: TextRules
  neighbours: Neighbours
  people: Cache<PersonShort>
  copies: Copies
  holds: Holds
  grants: PhotoGrants
  onCacheError: (error: unknown) => void
  deadLetters: DeadLetterStore
  receipts?: NonNullable<ConsumerOptions['receipts']>
  clock: () => Date
}

/** The HTTP side of interaction: what clients, other services, and the broker call. */
export function createApp(deps: Deps) {
  const app = createHttpApp(deps)
  app.route('/', publicRoutes(deps))
  app.route('/', internalRoutes(deps))
  createConsumer({
    app,
    appId: deps.config.APP_ID,
    pubsubName: deps.config.PUBSUB_NAME,
    subscriptions: subscriptions(deps),
    deadLetters: deps.deadLetters,
    ...(deps.receipts && { receipts: deps.receipts }),
    log: deps.log,
  })
  return app
}
