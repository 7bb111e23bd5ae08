import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { type Consumer, eachBySubject } from './consumer.ts'
import { type Dapr, read } from './dapr.ts'
import { type StoredEvent, sourceOf } from './events.ts'
import type { KitEnv } from './http.ts'
import type { Logger } from './log.ts'
import { conflict, invalid } from './problem.ts'

/** The outbox of a publisher, page by page, oldest first. */
export type ReplaySource = {
  /** Dapr app id of the publisher. */
  app: string
  read(after: string | null, from: string, limit: number): Promise<{ items: StoredEvent[]; next: string | null }>
}

export type ReplayProgress = {
  state: 'idle' | 'running' | 'done' | 'failed'
  from: string | null
  startedAt: string | null
  endedAt: string | null
  /** Events read, those that a handler took, and those no handler ever takes (invalid). */
  read: number
  applied: number
  skipped: number
  /** Time of the last event applied, by publisher. */
  at: Record<string, string>
  error: string | null
}

export type Replay = {
  /** Starts it; false if one runs already. @param from RFC 3339 time of the oldest event */
  start(from: string): boolean
  progress(): ReplayProgress
  /** Resolves when no replay runs. */
  finished(): Promise<void>
  /** Ends a replay after the page in work. */
  stop(): Promise<void>
}

const pageSize = 500
const attempts = 6

const outboxPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      topic: z.string(),
      type: z.string(),
      subject: z.string(),
      version: z.number(),
      time: z.string(),
      data: z.unknown(),
      sequence: z.number().nullable().default(null),
    }),
  ),
  next: z.string().nullable(),
})

/** The outbox of another service, read by invocation of its `POST /internal/outbox`. */
export function remoteOutbox(dapr: Dapr, app: string): ReplaySource {
  const send = dapr.fetchTo(app, { timeoutMs: 10_000 })
  return {
    app,
    read: (after, from, limit) =>
      read(
        send('http://invoke/internal/outbox', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ from, after, limit }),
        }),
        outboxPage,
      ),
  }
}

/**
 * Rebuilds a projection: reads the publishers' outboxes and applies each event with the consumer's own handlers, while
 * the service goes on. Handlers behind an inbox skip what they had: a projection to be replayed uses natural keys.
 * Mounts `POST /internal/replay` {from} → 202, and `GET /internal/replay` → progress. One replay at a time in a process.
 */
export function createReplay(options: {
  app: OpenAPIHono<KitEnv>
  consumer: Consumer
  sources: readonly ReplaySource[]
  log: Logger
  concurrency?: number
}): Replay {
  const { app, consumer, sources, log, concurrency = 8 } = options
  let progress = idle()
  let running: Promise<void> | undefined
  let stopping = new AbortController()

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await work()
      } catch (error) {
        if (tried >= attempts || stopping.signal.aborted) throw error
        await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** tried * (0.5 + Math.random() / 2)))
      }
    }
  }

  async function apply(source: ReplaySource, event: StoredEvent): Promise<void> {
    const outcome = await attempt(async () => {
      const result = await consumer.apply({ ...event, source: sourceOf(source.app) })
      if (result.status === 'RETRY') throw new Error(`${event.type} ${event.id}: ${result.reason}`)
      return result
    })
    if (outcome.status === 'DROP') progress.skipped += 1
    else progress.applied += 1
    progress.at[source.app] = event.time
  }

  async function readAll(source: ReplaySource, from: string): Promise<void> {
    let after: string | null = null
    do {
      const page: { items: StoredEvent[]; next: string | null } = await attempt(() =>
        source.read(after, from, pageSize),
      )
      progress.read += page.items.length
      await eachBySubject(
        page.items,
        (event) => event.subject,
        concurrency,
        (event) => apply(source, event),
      )
      after = page.next
    } while (after !== null && !stopping.signal.aborted)
  }

  async function run(from: string): Promise<void> {
    try {
      for (const source of sources) await readAll(source, from)
      progress.state = stopping.signal.aborted ? 'failed' : 'done'
      if (stopping.signal.aborted) progress.error = 'stopped'
      log.info({ replay: progress }, 'replay ended')
    } catch (error) {
      progress.state = 'failed'
      progress.error = (error as Error).message
      log.error({ err: error, replay: progress }, 'replay failed')
    } finally {
      progress.endedAt = new Date().toISOString()
      running = undefined
    }
  }

  function start(from: string): boolean {
    if (running) return false
    stopping = new AbortController()
    progress = { ...idle(), state: 'running', from, startedAt: new Date().toISOString() }
    running = run(from)
    return true
  }

  app.post('/internal/replay', async (c) => {
    const body = z.object({ from: z.iso.datetime({ offset: true }) }).safeParse(await c.req.json())
    if (!body.success) throw invalid([{ pointer: '#/from', detail: 'must be an RFC 3339 time' }])
    if (!start(body.data.from)) throw conflict('replay.running', 'A replay runs already.')
    return c.json(progress, 202)
  })
  app.get('/internal/replay', (c) => c.json(progress))

  return {
    start,
    progress: () => progress,
    async finished() {
      await running
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function idle(): ReplayProgress {
  return {
    state: 'idle',
    from: null,
    startedAt: null,
    endedAt: null,
    read: 0,
    applied: 0,
    skipped: 0,
    at: {},
    error: null,
  }
}
