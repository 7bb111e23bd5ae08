import { createConsumer } from '@daguerre/kit/consumer'
import { createCopies } from '@daguerre/copies/copies'
import { createPhotoGrants } from '@daguerre/copies/photo-grants'
import { createCursorCodec } from '@daguerre/kit/cursor'
import type { Dapr } from '@daguerre/kit/dapr'
import { createHttpApp, type HttpDeps } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import type { Logger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import type { RedisClient } from '@daguerre/kit/redis'
import { createReplay, remoteOutbox } from '@daguerre/kit/replay'
import type { TokenVerifier } from '@daguerre/kit/tokens'
import type { FeedConfig } from './config.ts'
import { redisDeadLetters } from './dead-letters.ts'
import { subscriptions } from './events.ts'
import { createExploreSnapshots } from './candidates/explore-snapshots.ts'
import { createNeighbours } from './neighbours.ts'
import { redisReceipts } from './receipts.ts'
import { publicRoutes } from './routes/public.ts'
import { createBroadcastLog } from './timeline/broadcast-log.ts'
import { createTimelines } from './timeline/timeline.ts'

export interface FeedDeps {
  config: Pick<
    FeedConfig,
    | 'APP_ID'
    | 'APP_API_TOKEN'
    | 'PUBLIC_URL'
    | 'SECRET_KEY'
    | 'SECRET_KEY_PREVIOUS'
    | 'PUBSUB_NAME'
    | 'TIMELINE_LENGTH'
    | 'BROADCAST_FROM_FOLLOWERS'
    | 'TIMELINE_TTL_DAYS'
  >
  log: Logger
  verifier: TokenVerifier
  dapr: Dapr
  redis: RedisClient
  checks?: NonNullable<HttpDeps['checks']>
}

export function createApp({ config, log, verifier, dapr, redis, checks }: FeedDeps) {
  const app = createHttpApp({ config, log, verifier, ...(checks && { checks }) })
  const neighbours = createNeighbours(dapr)
  const unmaterialised = counter('feed_timeline_errors_total', 'Home feeds pulled because Redis did not answer', [])
  const uncached = counter(
    'feed_cache_errors_total',
    'Pages whose posts came from their owners, Redis not answering',
    [],
  )
  function onCacheError(error: unknown): void {
    uncached.inc()
    log.warn({ err: error }, 'what is kept in Redis could not be read or written')
  }
  const deps = {
    sources: neighbours,
    hydration: neighbours,
    followers: neighbours.followers,
    timelines: createTimelines({
      redis,
      length: config.TIMELINE_LENGTH,
      ttlSeconds: config.TIMELINE_TTL_DAYS * 86_400,
    }),
    broadcasts: createBroadcastLog({ redis }),
    broadcastFrom: config.BROADCAST_FROM_FOLLOWERS,
    copies: createCopies(redis),
    grants: createPhotoGrants({ redis, onError: onCacheError }),
    length: config.TIMELINE_LENGTH,
    newToken: newId,
    onTimelineError(error: unknown) {
      unmaterialised.inc()
      log.warn({ err: error }, 'the timeline could not be read; the page is pulled')
    },
    onCacheError,
    explore: createExploreSnapshots({ redis, ranked: (limit) => neighbours.ranked(limit), onCacheError }),
    cursors: createCursorCodec(config),
  }

  const deadLetters = redisDeadLetters(redis)
  app.route('/', publicRoutes(deps))
  const consumer = createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions({ ...deps, deadLetters }),
    deadLetters,
    receipts: { store: redisReceipts(redis), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
    log,
  })
  const replay = createReplay({ app, consumer, sources: ['user', 'post'].map((name) => remoteOutbox(dapr, name)), log })
  return { app, replay }
}
