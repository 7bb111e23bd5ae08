import { events, makeEvent, mentionLimits } from '@daguerre/contracts'
import { readConfig } from '@daguerre/kit/config'
import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { createAllowance } from '@daguerre/kit/allowance'
import { openCopies } from '@daguerre/copies/copies'
import { createTextRules } from '@daguerre/copies/text-rules'
import { foldCounters } from '@daguerre/kit/counters'
import { eraseDue, sessionPausesSeconds } from '@daguerre/kit/erasures'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { judgeComments } from './comments/judge-comments.ts'
import { configSchema } from './config.ts'
import { createReconciliation } from './counts/reconcile-counts.ts'
import { tellCounts } from './counts/tell-counts.ts'
import { database } from './database.ts'
import { erasePerson } from './leaving/erase-person.ts'
import { createNeighbours } from './neighbours.ts'
import { createPeople } from './people.ts'
import { purgePosts } from './posts/purge-posts.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.interactionHeartbeat, { subject: 'interaction', version: 0, data: {} }),
})
const { log, dapr, forkEm } = service
const neighbours = createNeighbours(dapr)
const shared = openCopies(config, log)
const people = createPeople({ dapr, loadPeople: neighbours.loadPeople, log })
const erasing = { forkEm, people, copies: shared.copies, onError: shared.onError }

const app = createApp({
  config,
  log,
  forkEm,
  verifier: service.verifier,
  checks: service.checks,
  cursors: createCursorCodec(config),
  textRules: createTextRules(shared),
  mentions: createAllowance({ ...shared, name: 'mention', ...mentionLimits }),
  neighbours,
  people,
  copies: shared.copies,
  holds: shared.holds,
  grants: shared.grants,
  onCacheError: shared.onError,
  deadLetters: postgresDeadLetters(service.orm),
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
  clock: () => new Date(),
})

const reconcile = createReconciliation({ log })
async function count(): Promise<void> {
  await foldCounters(forkEm())
  await tellCounts({ em: forkEm(), ...shared })
}

const jobs = [
  startJob({ name: 'count', everyMs: 1000, run: count, log }),
  startJob({ name: 'reconcile-counts', everyMs: 5000, run: () => reconcile(forkEm()), log }),
  startRedriving({ app, log }),
  startRecovery({ app, log }),
  startJob({
    name: 'judge-comments',
    everyMs: 2000,
    run: (signal) => judgeComments({ em: forkEm(), judge: neighbours.judge, signal }),
    log,
  }),
  startJob({
    name: 'purge-posts',
    everyMs: 5000,
    run: (signal) => purgePosts({ ...shared, em: forkEm(), signal }),
    log,
  }),
  startJob({
    name: 'erase-people',
    everyMs: 1000,
    run: (signal) =>
      eraseDue(forkEm(), {
        kind: 'person',
        pausesSeconds: sessionPausesSeconds,
        erase: (id) => erasePerson({ ...erasing, signal }, id),
        signal,
      }),
    log,
  }),
]

await serve({
  app,
  config,
  log,
  close: [() => Promise.all(jobs.map((job) => job.stop())), shared.close, ...service.close],
})
