import { events, makeEvent } from '@daguerre/contracts'
import { readConfig } from '@daguerre/kit/config'
import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { openCopies } from '@daguerre/copies/copies'
import { createTextRules } from '@daguerre/copies/text-rules'
import { foldCounters } from '@daguerre/kit/counters'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { eraseDue, sessionPausesSeconds } from '@daguerre/kit/erasures'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { database } from './database.ts'
import { acceptDueRequests } from './follow-request/accept-due-requests.ts'
import { erasePerson } from './leaving/erase-person.ts'
import { createNeighbours } from './neighbours.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.userHeartbeat, { subject: 'user', version: 0, data: {} }),
})
const { log, dapr, forkEm } = service

const shared = openCopies(config, log)

function clock(): Date {
  return new Date()
}
const acceptRequests = startJob({
  name: 'accept-requests',
  everyMs: 30_000,
  run: (signal) => acceptDueRequests({ em: forkEm(), holds: shared.holds, clock, signal }),
  log,
})

const app = createApp({
  config,
  log,
  forkEm,
  verifier: service.verifier,
  checks: service.checks,
  neighbours: createNeighbours(dapr),
  copies: shared.copies,
  holds: shared.holds,
  onCacheError: shared.onError,
  deadLetters: postgresDeadLetters(service.orm),
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
  textRules: createTextRules(shared),
  acceptRequests: () => acceptRequests.trigger(),
  clock,
})

const jobs = [
  startJob({ name: 'fold-counters', everyMs: 1000, run: () => foldCounters(forkEm()), log }),
  acceptRequests,
  startJob({
    name: 'erase-people',
    everyMs: 1000,
    run: (signal) =>
      eraseDue(forkEm(), {
        kind: 'person',
        pausesSeconds: sessionPausesSeconds,
        erase: (id) => erasePerson({ ...shared, forkEm, clock: () => new Date(), signal }, id),
        signal,
      }),
    log,
  }),
  startRedriving({ app, log }),
  startRecovery({ app, log }),
]

await serve({
  app,
  config,
  log,
  close: [() => Promise.all(jobs.map((job) => job.stop())), shared.close, ...service.close],
})
