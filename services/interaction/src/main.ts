import { readConfig } from '@daguerre/kit/config'
import { startRedriving } from '@daguerre/kit/consumer'
import { foldCounters } from '@daguerre/kit/counters'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { postgresDeadLetters } from '@daguerre/kit/dead-letters-postgres'
import { startJob } from '@daguerre/kit/job'
import { openPostgresService } from '@daguerre/kit/postgres-service'
import { serve } from '@daguerre/kit/server'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { database } from './database.ts'
import { createNeighbours } from './neighbours.ts'
import { createPeople } from './people.ts'
import { purgePosts } from './posts/purge-posts.ts'

const config = readConfig(configSchema)
const service = await openPostgresService(config, database)
const { log, dapr, forkEm } = service
const neighbours = createNeighbours(dapr)

const app = createApp({
  config,
  log,
  forkEm,
  verifier: service.verifier,
  checks: service.checks,
  cursors: createCursorCodec(config),
  neighbours,
  people: createPeople({ dapr, loadPeople: neighbours.loadPeople, log }),
  deadLetters: postgresDeadLetters(service.orm),
  clock: () => new Date(),
})

const jobs = [
  startJob({ name: 'fold-counters', everyMs: 1000, run: () => foldCounters(forkEm()), log }),
  startRedriving({ app, log }),
  startJob({ name: 'purge-posts', everyMs: 5000, run: (signal) => purgePosts({ em: forkEm(), signal }), log }),
]

await serve({ app, config, log, close: [() => Promise.all(jobs.map((job) => job.stop())), ...service.close] })
