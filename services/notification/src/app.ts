import type { Copies } from '@daguerre/copies/copies'
import type { PhotoGrants } from '@daguerre/copies/photo-grants'
import { coalesceByKey } from '@daguerre/kit/coalesce'
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
import { haveLeft } from './leaving/departed.ts'
import { erasePeople } from './leaving/erase-people.ts'
import { findMutes } from './mutes/keep-mute.ts'
import { announceNext, announceQueued } from './notification/announcement-queue.ts'
import { countGroups } from './notification/count-groups.ts'
import { type EntryVersion, keepNewest } from './notification/keep-newest.ts'
import type { Collections } from './notification/store.ts'
import { together } from '@daguerre/kit/together'
import { type CountedGroup, enqueuePushes } from './push/enqueue-pushes.ts'
import { pruneSubscriptions } from './push/prune-subscriptions.ts'
import type { Sender } from './push/send-message.ts'
import { sendDuePushes } from './push/send-pushes.ts'
import { createVapid } from './push/vapid.ts'
import { mongoReceipts } from './receipts.ts'
import { pruneNotifications } from './notification/prune-notifications.ts'
import { areGone } from './notification/remove-entries.ts'
import { internalRoutes } from './routes/internal.ts'
import { publicRoutes } from './routes/public.ts'
import type { Hub } from './stream/hub.ts'

export interface NotificationDeps {
  config: Pick<
    NotificationConfig,
    | 'APP_ID'
    | 'APP_API_TOKEN'
    | 'PUBLIC_URL'
    | 'SECRET_KEY'
    | 'SECRET_KEY_PREVIOUS'
    | 'PUBSUB_NAME'
    | 'STREAM_SECONDS'
    | 'VAPID_PUBLIC_KEY'
    | 'VAPID_PRIVATE_KEY'
    | 'VAPID_SUBJECT'
    | 'RETENTION_DAYS'
    | 'PUSH_COLLAPSE_SECONDS'
    | 'PUSH_REPEAT_SECONDS'
    | 'PUSH_SUBSCRIPTION_DAYS'
    | 'PUSH_LOOPBACK'
  >
  log: Logger
  verifier: TokenVerifier
  dapr: Dapr
  collections: Collections
  hub: Hub
  copies: Copies
  grants: PhotoGrants
  sender: Sender
  hasEnded: (sessionId: string) => Promise<boolean>
  clock: () => Date
  /** Ends the live streams when the process drains. */
  draining: AbortSignal
  checks?: NonNullable<HttpDeps['checks']>
}

export function createApp(options: NotificationDeps) {
  const { config, log, verifier, dapr, collections, hub, copies, grants, sender, hasEnded, clock, draining, checks } =
    options
  const app = createHttpApp({ config, log, verifier, ...(checks && { checks }) })
  const pushDeps = {
    collections,
    clock,
    collapseMs: config.PUSH_COLLAPSE_SECONDS * 1000,
    repeatMs: config.PUSH_REPEAT_SECONDS * 1000,
  }
  const telling = {
    enqueuePushes: (groups: readonly CountedGroup[]) => enqueuePushes(pushDeps, groups),
    announce: (recipientId: string) => hub.announce(recipientId),
  }
  const count = together<string, void>(async (keys) => {
    await countGroups({ collections, ...telling }, keys)
    return keys.map(() => {})
  })
  const neighbours = createNeighbours({ dapr, log })
  const deps = {
    ...pushDeps,
    ...telling,
    keepNewest: together((entries: readonly EntryVersion[]) => keepNewest(collections, entries)),
    hasLeft: together((ids: readonly string[]) => haveLeft(collections, ids)),
    isPostGone: together((ids: readonly string[]) => areGone(collections, ids)),
    findMute: together((ids: readonly string[]) => findMutes(collections, ids)),
    // What thousands do to one post within a second is counted a few times, not thousands; what is done to many, together.
    countGroup: coalesceByKey(count),
    deadLetters: mongoDeadLetters(collections, clock),
    log,
    hub,
    sender,
    hasEnded,
    draining,
    vapid: createVapid({ config, collections, clock, log }),
    loopback: config.PUSH_LOOPBACK,
    subscriptionMs: config.PUSH_SUBSCRIPTION_DAYS * 86_400_000,
    ...neighbours,
    grants,
    see: {
      copies,
      hydration: neighbours.hydration,
      onCacheError: (error: unknown) => log.debug({ err: error }, 'copies could not be read or written'),
    },
    cursors: createCursorCodec(config),
    streamMs: config.STREAM_SECONDS * 1000,
  }

  app.route('/', publicRoutes(deps))
  app.route('/', internalRoutes(deps))
  const consumer = createConsumer({
    app,
    appId: config.APP_ID,
    pubsubName: config.PUBSUB_NAME,
    subscriptions: subscriptions(deps),
    deadLetters: deps.deadLetters,
    receipts: { store: mongoReceipts(collections), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
    // What is in work at the same time shares its statements.
    concurrency: 32,
    log,
  })
  const sources = ['user', 'post', 'interaction'].map((name) => remoteOutbox(dapr, name))
  const replay = createReplay({ app, consumer, sources, log })
  const push = {
    /** Sends what is due. */
    send: (signal: AbortSignal) => sendDuePushes(deps, signal),
    /** Forgets browsers that get no more pushes. */
    prune: (signal: AbortSignal) => pruneSubscriptions(deps, signal),
  }
  const announcements = {
    /** Tells followers of posts until nobody waits. */
    drain: (signal: AbortSignal) => announceQueued(deps, signal),
    /** Tells one page of them. */
    next: () => announceNext(deps),
  }
  /** Forgets what is older than it is kept. */
  function prune(signal: AbortSignal): Promise<void> {
    return pruneNotifications({ collections, clock, retentionMs: config.RETENTION_DAYS * 86_400_000 }, signal)
  }
  /** Erases people who have left. */
  function erase(signal: AbortSignal): Promise<void> {
    return erasePeople(deps, signal)
  }
  return { app, replay, push, announcements, prune, erase }
}
