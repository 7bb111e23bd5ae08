import { createCopies } from '@daguerre/copies/copies'
import { createPhotoGrants } from '@daguerre/copies/photo-grants'
import { createSessionCheck } from '@daguerre/kit/ended-sessions'
import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { startJob } from '@daguerre/kit/job'
import { failFast, openRedis, reconnectAfterMs } from '@daguerre/kit/redis'
import { serve } from '@daguerre/kit/server'
import { openService } from '@daguerre/kit/service'
import { startWhenReachable } from '@daguerre/kit/start'
import { watchConnection } from '@daguerre/kit/trouble'
import { createApp } from './app.ts'
import { readNotificationConfig } from './config.ts'
import { collectionsOf, connect, createOrm } from './orm.ts'
import { createSender } from './push/send-message.ts'
import { createHub } from './stream/hub.ts'

const config = readNotificationConfig()
const service = await openService(config)
const { log, dapr } = service
const orm = await createOrm(config.MONGODB_URL)
const collections = collectionsOf(orm)
const connecting = startWhenReachable({ name: 'mongodb', run: () => connect(orm), log })

const publisher = openRedis(config, failFast(250))
const subscriber = openRedis(config, {
  ...{ maxRetriesPerRequest: 0, retryStrategy: reconnectAfterMs },
  autoResubscribe: true,
})
watchConnection(publisher, { name: 'redis', log })
// It loses and finds the same Redis, and has nothing to add.
subscriber.on('error', () => {})

const sender = createSender({ loopback: config.PUSH_LOOPBACK })
const draining = new AbortController()
const { app, replay, push, announcements, prune, erase } = createApp({
  config,
  log,
  verifier: service.verifier,
  dapr,
  collections,
  hub: createHub({ publisher, subscriber, log }),
  copies: createCopies(publisher),
  grants: createPhotoGrants({
    redis: publisher,
    onError: (error) => log.debug({ err: error }, 'no grants for photos'),
  }),
  sender,
  hasEnded: createSessionCheck({
    redis: publisher,
    onError: (error) => log.debug({ err: error }, 'ended sessions are not known'),
  }),
  clock: () => new Date(),
  draining: draining.signal,
  checks: {
    mongodb: () => connecting.check().then(() => collections.posts.findOne({ _id: '' })),
    ...service.checks,
  },
})

// Streams never end by themselves, and the server waits for what is open.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => draining.abort())

const redriving = startRedriving({ app, log })
const recovery = startRecovery({ app, log })
const pushing = startJob({ name: 'push', everyMs: 1_000, log, run: push.send })
const announcing = startJob({ name: 'announcements', everyMs: 1_000, log, run: announcements.drain })
// More often than an access token lives, for which time an ended session is known.
const pruning = startJob({ name: 'push-subscriptions', everyMs: 180_000, log, run: push.prune })
const forgetting = startJob({ name: 'retention', everyMs: 600_000, log, run: prune })
const erasing = startJob({ name: 'erase-people', everyMs: 1_000, log, run: erase })

await serve({
  app,
  config,
  log,
  close: [
    () =>
      Promise.all([
        connecting.stop(),
        replay.stop(),
        redriving.stop(),
        announcing.stop(),
        recovery.stop(),
        pushing.stop(),
        pruning.stop(),
        forgetting.stop(),
        erasing.stop(),
      ]),
    () => sender.close(),
    () => publisher.disconnect(),
    () => subscriber.disconnect(),
    () => orm.close(),
    ...service.close,
  ],
})
