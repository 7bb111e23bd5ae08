import { type BlockedTextRule, events, makeEvent } from '@daguerre/contracts'
import { openCopies } from '@daguerre/copies/copies'
import { keepTextRules } from '@daguerre/copies/text-rules'
import { readConfig } from '@daguerre/kit/config'
import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { eraseDue, sessionPausesSeconds } from '@daguerre/kit/erasures'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { postgresReceipts } from '@daguerre/kit/receipts-postgres'
import { remoteOutbox } from '@daguerre/kit/replay'
import { serve } from '@daguerre/kit/server'
import { endSuspensions } from './act/end-suspensions.ts'
import { createApp } from './app.ts'
import { readRules } from './blocked-text/list-texts.ts'
import { configSchema } from './config.ts'
import { database } from './database.ts'
import { eraseContent } from './leaving/erase-content.ts'
import { erasePerson } from './leaving/erase-person.ts'
import { createNeighbours } from './neighbours.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database, {
  heartbeat: makeEvent(events.moderationHeartbeat, { subject: 'moderation', version: 0, data: {} }),
})
const { log, dapr, forkEm } = service
const shared = openCopies(config, log)

function keepRules(rules: readonly BlockedTextRule[]): Promise<void> {
  return keepTextRules(shared.redis, rules)
}

const app = createApp({
  config,
  log,
  forkEm,
  verifier: service.verifier,
  checks: service.checks,
  neighbours: createNeighbours(dapr),
  grants: shared.grants,
  keepTextRules: keepRules,
  deadLetters: postgresDeadLetters(service.orm),
  receipts: { store: postgresReceipts(service.orm), outboxOf: (publisher) => remoteOutbox(dapr, publisher) },
  clock: () => new Date(),
})

// What a report or an act that was in work brings in yet is there by a later pass.
const erasures = {
  post: { pausesSeconds: [30], erase: (id: string) => eraseContent(forkEm(), 'post', id) },
  comment: { pausesSeconds: [30], erase: (id: string) => eraseContent(forkEm(), 'comment', id) },
  person: { pausesSeconds: sessionPausesSeconds, erase: (id: string) => erasePerson(forkEm(), id) },
}

const jobs = [
  startJob({
    name: 'end-suspensions',
    everyMs: 5000,
    run: (signal) => endSuspensions({ forkEm, now: () => new Date() }, signal),
    log,
  }),
  ...Object.entries(erasures).map(([kind, work]) =>
    startJob({
      name: `erase-${kind}`,
      everyMs: 1000,
      run: (signal) => eraseDue(forkEm(), { kind, ...work, signal }),
      log,
    }),
  ),
  // Redis may have lost it, and a crash may come between a change and the telling of it.
  startJob({ name: 'keep-text-rules', everyMs: 5000, run: async () => keepRules(await readRules(forkEm())), log }),
  startRedriving({ app, log }),
  startRecovery({ app, log }),
]

await serve({
  app,
  config,
  log,
  close: [() => Promise.all(jobs.map((job) => job.stop())), shared.close, ...service.close],
})
