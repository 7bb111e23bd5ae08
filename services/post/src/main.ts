import { events, makeEvent, mentionLimits } from '@daguerre/contracts'
import { createAllowance } from '@daguerre/kit/allowance'
import { openCopies } from '@daguerre/copies/copies'
import { createTextRules } from '@daguerre/copies/text-rules'
import { createConsumer, startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { foldCounters } from '@daguerre/kit/counters'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { eraseDue, sessionPausesSeconds } from '@daguerre/kit/erasures'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { checkPosts } from './check/check-posts.ts'
import { hookOf, loadConfig } from './config.ts'
import { database } from './database.ts'
import { subscriptions } from './events.ts'
import { reconcileMedia } from './media/reconcile-media.ts'
import { createNeighbours } from './neighbours.ts'
import { eraseAuthor } from './post/erase-author.ts'
import { askForAuthors } from './post/keep-author.ts'
import { forgetUnusedTags } from './post/tag-posts.ts'

const config = loadConfig()
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.postHeartbeat, { subject: 'post', version: 0, data: {} }),
})
const { log, dapr, forkEm } = service
const neighbours = createNeighbours(dapr)
const shared = openCopies(config, log)

const hook = hookOf(config)
const checks = startJob({
  name: 'check posts',
  everyMs: 1000,
  run: (signal) => checkPosts({ forkEm, holds: shared.holds, hook, log, now: () => new Date() }, signal),
  log,
})

const app = createApp({
  config,
  log,
  verifier: service.verifier,
  forkEm,
  checks: service.checks,
  neighbours,
  copies: shared.copies,
  holds: shared.holds,
  grants: shared.grants,
  onCacheError: shared.onError,
  cursors: createCursorCodec(config),
  isChecked: hook !== null,
  wakeChecks: () => void checks.trigger(),
  textRules: createTextRules(shared),
  mentions: createAllowance({ ...shared, name: 'mention', ...mentionLimits }),
  clock: () => new Date(),
})
const deadLetters = postgresDeadLetters(service.orm)
createConsumer({
  app,
  appId: config.APP_ID,
  pubsubName: config.PUBSUB_NAME,
  subscriptions: subscriptions({ fork: forkEm, ...shared, onCacheError: shared.onError, deadLetters }),
  deadLetters,
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
  log,
})

const jobs = [
  checks,
  startRedriving({ app, log }),
  startRecovery({ app, log }),
  startJob({ name: 'fold counters', everyMs: 1000, run: () => foldCounters(forkEm()), log }),
  startJob({ name: 'forget tags', everyMs: 10_000, run: () => forgetUnusedTags(forkEm()), log }),
  startJob({
    name: 'erase people',
    everyMs: 1000,
    run: (signal) =>
      eraseDue(forkEm(), {
        kind: 'person',
        pausesSeconds: sessionPausesSeconds,
        erase: (id) => eraseAuthor({ fork: forkEm, holds: shared.holds, signal }, id),
        signal,
      }),
    log,
  }),
  startJob({
    name: 'ask for authors',
    everyMs: 10_000,
    run: (signal) => askForAuthors({ forkEm, neighbours }, signal),
    log,
  }),
  startJob({
    name: 'reconcile media',
    everyMs: 60_000,
    run: () => reconcileMedia({ fork: forkEm, holds: shared.holds, neighbours, log, now: new Date() }),
    log,
  }),
]

await serve({
  app,
  config,
  log,
  close: [() => Promise.all(jobs.map((job) => job.stop())), shared.close, ...service.close],
})
