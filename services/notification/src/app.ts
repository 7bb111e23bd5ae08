import { createConsumer } from '@daguerre/kit/consumer'
import { createCursorCodec } from '@daguerre/kit/cursor'
import type { Dapr } from '@daguerre/kit/dapr'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import type { Logger } from '@daguerre/kit/log'
import { createReplay, remoteOutbox } from '@daguerre/kit/replay'
import type { TokenVerifier } from '@daguerre/kit/tokens'
import type { NotificationConfig } from './config.ts'
import { mongoDeadLetters } from './dead-letters.ts'
import { subscriptions } from './events.ts'
import { createNeighbours } from './neighbours.ts'
import type { Collections } from './notification/store.ts'
import { publicRoutes } from './routes/public.ts'
import type { Hub } from './stream/hub.ts'

export interface NotificationDeps {
  config: Pick<
    NotificationConfig,
    'APP_ID' | 'APP_API_TOKEN' | 'PUBLIC_URL' | 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS' | 'PUBSUB_NAME' | 'STREAM_SECONDS'
  >
  log: Logger
  verifier: TokenVerifier
  dapr: Dapr
  collections: Collections
  hub: Hub
  clock: () => Date
  /** Ends the live streams when the process drains. */
  draining: AbortSignal
  checks?: NonNullable<HttpDeps['checks']>
}

export function createApp(options: NotificationDeps) {
  const { config, log, verifier, dapr, collections, hub, clock, draining, checks } = options
  const app = createHttpApp({ config, log, verifier, ...(checks && { checks }) })
  const deps = {
    collections,
    hub,
    clock,
    draining,
    ...createNeighbours({ dapr, log }),
    announce: (recipientId: string) => hub.announce(recipientId),
    cursors: createCursorCodec(config),
    streamMs: config.STREAM_SECONDS * 1000,
  }

  app.route('/', publicRoutes(deps))
  const consumer = createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions(deps),
    deadLetters: mongoDeadLetters(collections, clock),
    log,
  })
  const sources = ['user', 'post', 'interaction'].map((name) => remoteOutbox(dapr, name))
  const replay = createReplay({ app, consumer, sources, log })
  return { app, replay }
}
