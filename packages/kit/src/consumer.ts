import { createHash } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { CloudEvent } from 'cloudevents'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { sourceOf } from './events.ts'
import type { KitEnv } from './http.ts'
import { type Job, startJob } from './job.ts'
import type { Logger } from './log.ts'
import { counter, gauge, histogram } from './metrics.ts'
import { createLedger, type ReceiptStore, type Run } from './receipts.ts'
import { createRecovery, type Recovery } from './recovery.ts'
import type { ReplaySource } from './replay.ts'
import { inSpan } from './telemetry.ts'

/** An event as handlers get it: envelope checked, data parsed with its schema. */
export type ConsumedEvent<Data = unknown> = {
  id: string
  /** `/services/<publisher>` */
  source: string
  type: string
  topic: string
  subject: string
  /** Version of the aggregate; keep the newest. 0 if the publisher gave none. */
  version: number
  /** RFC 3339, UTC. */
  time: string
  data: Data
  /** True when it comes from a replay and not from the broker. */
  replayed: boolean
}

export type EventHandler = {
  topic: string
  type: string
  /** Dapr app id of who publishes it. */
  publisher?: string
  schema: z.ZodType
  handle: (event: ConsumedEvent<never>) => Promise<unknown>
}

/**
 * A handler for one event of the contract's catalogue: `on(events.postCreated, async (event) => { … })`. Handlers must
 * be idempotent, and converge whatever the order. A throw means: again, later; `PermanentError`: to the dead letters.
 */
export function on<S extends z.ZodType>(
  definition: { topic: string; type: string; publisher?: string; data: S },
  handle: (event: ConsumedEvent<z.output<S>>) => Promise<unknown>,
): EventHandler {
  const { data: schema, topic, type, publisher } = definition
  return { topic, type, ...(publisher !== undefined && { publisher }), schema, handle }
}

/** Thrown by a handler for an event that will never work: it goes to the dead letters at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
}

/** Thrown by a handler to say that it may work later. So does any other error; this one says that it was expected. */
export class TransientError extends Error {
  override readonly name = 'TransientError'
}

export type DeadLetter = {
  /** The same for each arrival of the same event. */
  id: string
  topic: string
  source: string | null
  eventId: string | null
  type: string | null
  /** What arrived, as text. */
  body: string
  reason: string | null
  /** RFC 3339. */
  receivedAt: string
}

/** Where events that could not be handled are kept. `postgresDeadLetters` is one; other stores bring their own. */
export type DeadLetterStore = {
  /** Keeps it; one of the same id is replaced. */
  add(letter: DeadLetter): Promise<void>
  /** Oldest first. */
  list(limit: number): Promise<DeadLetter[]>
  /**
   * Runs `work` with the letter and removes it when that resolves; leaves it when it throws (and throws on).
   * @returns false if there is no such letter, or somebody else works on it
   */
  take(id: string, work: (letter: DeadLetter) => Promise<void>): Promise<boolean>
}

/**
 * Removes letters of these types that name one of these ids: of things that are deleted, so that none is kept for its content.
 * One that is being handled at this moment stays, and is handled.
 */
export async function forgetLetters(
  deadLetters: DeadLetterStore,
  { ids, types }: { ids: readonly string[]; types: readonly { type: string }[] },
): Promise<void> {
  const names = new Set(types.map(({ type }) => type))
  for (const { id, type, body } of await deadLetters.list(letterLimit)) {
    if (type !== null && names.has(type) && ids.some((each) => body.includes(each))) {
      await deadLetters.take(id, async () => {})
    }
  }
}

export type Outcome = { status: 'SUCCESS' | 'RETRY' | 'DROP'; reason?: string }

export type Consumer = {
  /** Handles one event from the outside of the broker (replay); never throws. */
  apply(event: Omit<ConsumedEvent, 'replayed'>): Promise<Outcome>
  /** Handles a CloudEvent as the broker delivers it; never throws. */
  receive(topic: string, raw: unknown): Promise<Outcome>
  readonly topics: readonly string[]
}

export type ConsumerOptions = {
  app: OpenAPIHono<KitEnv>
  /** Dapr app id of this service. */
  appId: string
  pubsubName: string
  /** Made by `on(definition, handle)`. */
  subscriptions: readonly EventHandler[]
  deadLetters: DeadLetterStore
  /** Keeps what has arrived of the publishers, so that what a broker has lost is fetched from their outboxes (`startRecovery`). */
  receipts?: { store: ReceiptStore; outboxOf: (publisher: string) => ReplaySource }
  log: Logger
  /** Events in work at a time, 8 by default. Events of one subject are handled one after the other. */
  concurrency?: number
  /** Largest bulk and longest wait for it; 100 messages and 100 ms by default. */
  bulk?: { maxMessages?: number; maxAwaitMs?: number }
}

/** What failed only for a passing reason is tried again by itself, first after 20 s, then about every quarter of its age. */
const redriveAfterMs = 20_000
const redriveEveryMs = 5_000
/** As long as outboxes keep events, by default: what nobody has seen to by then could not be replayed either. */
const letterKeptMs = 90 * 86_400_000
const letterLimit = 100_000
const recoverEveryMs = 3_000
const redrivers = new WeakMap<object, (options: { nowMs: number; chance: () => number }) => Promise<Redriven>>()
const recoveries = new WeakMap<object, Recovery>()

type Redriven = { redriven: number; failed: { id: string; reason: string }[] }

type Status = { entryId?: string; status: Outcome['status'] }

type BulkBody = { entries: { entryId: string; event: unknown }[] }

/**
 * Subscribes to topics (Dapr programmatic subscription, in bulk) and mounts `GET /dapr/subscribe`, `POST /events/:topic`
 * and the dead letters: what is refused is kept in `deadLetters` at once; what the sidecar cannot read, or still fails
 * when its inbound retry policy ends, comes there by topic `dead-letter.<app>.<topic>`. They can be listed
 * (`GET /internal/dead-letters`) and handled again (`POST /internal/dead-letters/redrive` {ids?}). Without such a policy daprd gives up after one attempt.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { app, appId, pubsubName, subscriptions, deadLetters, receipts, log, concurrency = 8, bulk = {} } = options
  const handlers = new Map(subscriptions.map((handler) => [`${handler.topic} ${handler.type}`, handler]))
  const topics = [...new Set(subscriptions.map((handler) => handler.topic))]
  const consumed = counter('events_consumed_total', 'Events by outcome', ['topic', 'type', 'outcome'])
  const duration = histogram('event_duration_seconds', 'Time to handle an event', ['topic'])
  const lag = histogram(
    'event_lag_seconds',
    'Time from the event until it was handled',
    ['topic'],
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
  )
  const newest = gauge('event_lag_last_seconds', 'The same, of the last event handled', ['topic'])
  const kept = counter('dead_letters_total', 'Events kept as dead letters', ['topic'])
  // daprd does not tell a dead letter why it is one. What another instance has refused is examined again.
  const reasons = new LRUCache<string, string>({ max: 1000 })

  function finish(topic: string, type: string, outcome: string, result: Outcome, key?: string): Outcome {
    consumed.inc({ topic, type, outcome })
    if (result.reason !== undefined && key !== undefined) reasons.set(key, result.reason)
    return result
  }

  async function run(
    event: Omit<ConsumedEvent, 'replayed'>,
    replayed: boolean,
    traceparent?: string,
  ): Promise<Outcome> {
    const { topic, type } = event
    const key = letterId(topic, event.source, event.id)
    const handler = handlers.get(`${topic} ${type}`)
    if (!handler) return finish(topic, 'other', 'ignored', { status: 'SUCCESS' })
    const data = handler.schema.safeParse(event.data)
    if (!data.success) {
      const reason = whyInvalid(data.error)
      log.warn({ topic, type, eventId: event.id, source: event.source, reason }, 'event refused')
      return finish(topic, type, 'invalid', { status: 'DROP', reason }, key)
    }
    const startedAt = performance.now()
    try {
      const attributes = { 'messaging.message.id': event.id, 'messaging.destination.name': topic }
      await inSpan(`consume ${type}`, { kind: 'consumer', traceparent, attributes }, async () => {
        await handler.handle({ ...event, data: data.data as never, replayed })
      })
      const seconds = Math.max(0, (Date.now() - Date.parse(event.time)) / 1000)
      if (!replayed) {
        lag.observe({ topic }, seconds)
        newest.set({ topic }, seconds)
      }
      return finish(topic, type, 'handled', { status: 'SUCCESS' })
    } catch (error) {
      const permanent = error instanceof PermanentError
      const reason = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : String(error)
      log.warn({ err: error, topic, type, eventId: event.id, source: event.source }, 'event not handled')
      return finish(
        topic,
        type,
        permanent ? 'refused' : 'failed',
        { status: permanent ? 'DROP' : 'RETRY', reason },
        key,
      )
    } finally {
      duration.observe({ topic }, (performance.now() - startedAt) / 1000)
    }
  }

  function whyUnreadable(topic: string, raw: unknown): string | null {
    const parsed = parseCloudEvent(raw)
    if ('reason' in parsed) return parsed.reason
    const data = handlers.get(`${topic} ${parsed.event.type}`)?.schema.safeParse(parsed.event.data)
    return data?.error ? whyInvalid(data.error) : null
  }

  async function receive(topic: string, raw: unknown): Promise<Outcome> {
    const parsed = parseCloudEvent(raw)
    if ('reason' in parsed) {
      log.warn({ topic, reason: parsed.reason }, 'event cannot be read')
      return finish(
        topic,
        'other',
        'unparsable',
        { status: 'DROP', reason: parsed.reason },
        letterId(topic, null, null, raw),
      )
    }
    return run({ ...parsed.event, topic }, false, parsed.traceparent)
  }

  // daprd 1.18 sends another event of a bulk than the dropped one to the dead letters when one before it could not be
  // read or was handled by an earlier attempt, and forgets a dropped one that it cannot publish: so none is dropped.
  async function receiveInBulk(topic: string, raw: unknown): Promise<Outcome['status']> {
    const { status } = await receive(topic, raw)
    return status === 'DROP' ? keep(toDeadLetter(topic, textOf(raw))) : status
  }

  async function keep(found: DeadLetter): Promise<'SUCCESS' | 'RETRY'> {
    const { topic, id, eventId, type } = found
    const reason = reasons.get(id) ?? whyUnreadable(topic, jsonOr(found.body))
    try {
      await deadLetters.add({ ...found, reason })
      kept.inc({ topic })
      log.error({ topic, id, eventId, type, reason }, 'dead letter')
      return 'SUCCESS'
    } catch (error) {
      log.error({ err: error, topic }, 'dead letter cannot be kept')
      return 'RETRY'
    }
  }

  const ledger = receipts && createLedger(receipts.store)
  const publishers = [...new Set(subscriptions.flatMap(({ publisher }) => publisher ?? []))]
  const counted = new Set(publishers.map(sourceOf))

  /** What is done with has arrived when that is kept; else it comes again, which its handler takes as any repetition. */
  async function acknowledged(events: readonly unknown[], statuses: Status[]): Promise<Status[]> {
    const arrived = events.flatMap((event, index) => {
      const found = statuses[index]!.status === 'SUCCESS' ? runOf(event) : undefined
      return found && counted.has(found.source) ? [{ ...found, index }] : []
    })
    for (const [source, ofSource] of Map.groupBy(arrived, ({ source: of }) => of)) {
      try {
        await ledger?.add(
          source,
          ofSource.map(({ run: one }) => one),
        )
      } catch (error) {
        log.warn({ err: error, source }, 'receipts cannot be kept')
        for (const { index } of ofSource) statuses[index]!.status = 'RETRY'
      }
    }
    return statuses
  }

  // A letter that this process did not refuse may never have been handled at all: its app was away. So it is tried once.
  async function lastTry(letter: DeadLetter): Promise<'SUCCESS' | 'RETRY'> {
    if (reasons.has(letter.id)) return keep(letter)
    const { status } = await receive(letter.topic, jsonOr(letter.body))
    return status === 'SUCCESS' ? status : keep(letter)
  }

  app.get('/dapr/subscribe', (c) =>
    c.json([
      ...topics.map((topic) => ({
        pubsubname: pubsubName,
        topic,
        route: `/events/${topic}`,
        deadLetterTopic: deadLetterTopic(appId, topic),
        bulkSubscribe: {
          enabled: true,
          maxMessagesCount: bulk.maxMessages ?? 100,
          maxAwaitDurationMs: bulk.maxAwaitMs ?? 100,
        },
      })),
      ...topics.map((topic) => ({
        pubsubname: pubsubName,
        topic: deadLetterTopic(appId, topic),
        route: `/events/dead-letters/${topic}`,
        // Without a dead-letter topic of its own a letter that comes while the app is away would be acknowledged and lost.
        deadLetterTopic: deadLetterTopic(appId, topic),
        // Raw: what could not be parsed must arrive here all the same.
        metadata: { rawPayload: 'true' },
      })),
    ]),
  )

  app.post('/events/:topic', async (c) => {
    const topic = c.req.param('topic')
    const body: unknown = await c.req.json()
    if (!isBulk(body)) {
      const { status } = await receive(topic, body)
      const [answer] = await acknowledged([body], [{ status }])
      return c.json(answer!)
    }
    const statuses: Status[] = await eachBySubject(
      body.entries,
      (entry) => subjectOf(entry.event),
      concurrency,
      async (entry) => ({
        entryId: entry.entryId,
        // A sidecar that has given up asks again: to go on for it would make a slow store slower.
        status: c.req.raw.signal.aborted ? 'RETRY' : await receiveInBulk(topic, entry.event),
      }),
    )
    return c.json({
      statuses: await acknowledged(
        body.entries.map((entry) => entry.event),
        statuses,
      ),
    })
  })

  app.post('/events/dead-letters/:topic', async (c) => {
    const topic = c.req.param('topic')
    const delivered: unknown = await c.req.json()
    const bodies = isBulk(delivered) ? delivered.entries : [{ entryId: '', event: delivered }]
    const letters = bodies.map(({ event }) => toDeadLetter(topic, textOfRaw(event)))
    const statuses: Status[] = []
    for (const [index, letter] of letters.entries()) {
      statuses.push({ entryId: bodies[index]!.entryId, status: await lastTry(letter) })
    }
    await acknowledged(
      letters.map(({ body }) => jsonOr(body)),
      statuses,
    )
    return c.json(isBulk(delivered) ? { statuses } : { status: statuses[0]!.status })
  })

  app.get('/internal/dead-letters', async (c) => c.json({ items: await deadLetters.list(1000) }))

  async function redrive(ids: readonly string[]): Promise<Redriven> {
    let redriven = 0
    const failed: Redriven['failed'] = []
    for (const id of ids) {
      try {
        const taken = await deadLetters.take(id, async (letter) => {
          const outcome = await receive(letter.topic, jsonOr(letter.body))
          if (outcome.status !== 'SUCCESS') throw new Error(outcome.reason ?? outcome.status)
        })
        if (taken) redriven += 1
        else failed.push({ id, reason: 'is not there' })
      } catch (error) {
        failed.push({ id, reason: (error as Error).message })
      }
    }
    return { redriven, failed }
  }

  app.post('/internal/dead-letters/redrive', async (c) => {
    const { ids } = z.object({ ids: z.array(z.string()).optional() }).parse(await c.req.json().catch(() => ({})))
    return c.json(await redrive(ids ?? (await deadLetters.list(1000)).map((letter) => letter.id)))
  })

  redrivers.set(app, async ({ nowMs, chance }) => {
    const letters = await deadLetters.list(1000)
    for (const { id, topic, eventId, type, receivedAt } of letters) {
      if (nowMs - Date.parse(receivedAt) < letterKeptMs) break
      if (await deadLetters.take(id, async () => {})) log.error({ topic, id, eventId, type }, 'dead letter given up')
    }
    const due = letters.filter(({ topic, body, reason, receivedAt }) => {
      const ageMs = nowMs - Date.parse(receivedAt)
      if (ageMs < redriveAfterMs || ageMs >= letterKeptMs || chance() > (4 * redriveEveryMs) / ageMs) return false
      return !reason?.startsWith('PermanentError') && whyUnreadable(topic, jsonOr(body)) === null
    })
    const result = await redrive(due.map((letter) => letter.id))
    if (due.length > 0)
      log.info({ redriven: result.redriven, failed: result.failed.length }, 'dead letters tried again')
    return result
  })

  if (receipts) {
    recoveries.set(
      app,
      createRecovery({
        store: receipts.store,
        outboxes: publishers.map(receipts.outboxOf),
        handles: ({ topic, type }) => handlers.has(`${topic} ${type}`),
        // As the broker would have brought it: what cannot be handled is kept, and tried again by itself.
        async deliver(events) {
          await eachBySubject(
            events,
            ({ event }) => event.subject,
            concurrency,
            async ({ topic, event }) => {
              const { status } = await receive(topic, event.toJSON())
              if (status === 'SUCCESS') return
              if ((await keep(toDeadLetter(topic, textOf(event)))) === 'RETRY')
                throw new Error('it can neither be handled nor kept')
            },
          )
        },
        log,
      }),
    )
  }

  return {
    topics,
    receive,
    apply: (event) => run(event, true),
  }
}

/** Tries again what this app's consumer has among its dead letters for a passing reason. @param chance 0 to 1, random */
export async function redriveDue(app: object, nowMs = Date.now(), chance = Math.random): Promise<Redriven> {
  return (await redrivers.get(app)?.({ nowMs, chance })) ?? { redriven: 0, failed: [] }
}

/**
 * Keeps trying them: a neighbour that was away for longer than the sidecar's retries costs nobody anything for good, and
 * nobody has to drive by hand. What cannot be read, and what a handler called permanent, stays for people.
 */
export function startRedriving({ app, log }: { app: object; log: Logger }): Job {
  return startJob({ name: 'redrive-dead-letters', everyMs: redriveEveryMs, run: () => redriveDue(app), log })
}

/** Fetches what this app's consumer has missed for long enough by `nowMs`. @returns how many events the broker had lost */
export async function recover(app: object, nowMs = Date.now(), signal?: AbortSignal): Promise<number> {
  return (await recoveries.get(app)?.({ nowMs, signal })) ?? 0
}

/**
 * Keeps looking for events that did not arrive though later ones did: a broker that lost its data costs nobody anything,
 * and nobody has to replay by hand.
 */
export function startRecovery({ app, log }: { app: object; log: Logger }): Job {
  return startJob({
    name: 'recover-lost',
    everyMs: recoverEveryMs,
    run: (signal) => recover(app, Date.now(), signal),
    log,
  })
}

/** The topic that takes what `app` could not handle of `topic`. */
export function deadLetterTopic(app: string, topic: string): string {
  return `dead-letter.${app}.${topic}`
}

/** Runs `work` for each item, `concurrency` at a time, items of one key in their order. @returns results in the order of items */
export async function eachBySubject<T, R>(
  items: readonly T[],
  key: (item: T) => string | undefined,
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = Array.from<R>({ length: items.length })
  const groups = Map.groupBy(items.keys(), (index) => key(items[index]!) ?? `#${index}`)
  const queue = groups.values()
  await Promise.all(
    Array.from({ length: Math.min(concurrency, groups.size) }, async () => {
      for (const indexes of queue) {
        for (const index of indexes) results[index] = await work(items[index]!)
      }
    }),
  )
  return results
}

function whyInvalid(error: z.ZodError): string {
  return `data is not valid: ${z.prettifyError(error).slice(0, 500)}`
}

function isBulk(body: unknown): body is BulkBody {
  return typeof body === 'object' && body !== null && Array.isArray((body as BulkBody).entries)
}

/** Publisher and number of an event as it arrived, if it has one. */
function runOf(event: unknown): { source: string; run: Run } | undefined {
  const { source, sequence, time } = (event ?? {}) as Record<string, unknown>
  const number = typeof sequence === 'string' ? Number(sequence) : Number.NaN
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN
  if (typeof source !== 'string' || !Number.isSafeInteger(number) || Number.isNaN(atMs)) return undefined
  return { source, run: { from: number, to: number, atMs } }
}

function subjectOf(event: unknown): string | undefined {
  const subject = (event as { subject?: unknown } | null)?.subject
  return typeof subject === 'string' ? subject : undefined
}

type Parsed = { event: Omit<ConsumedEvent, 'replayed' | 'topic'>; traceparent: string | undefined }

function parseCloudEvent(raw: unknown): Parsed | { reason: string } {
  if (typeof raw !== 'object' || raw === null) return { reason: 'is no JSON object' }
  const { specversion, id, source, type } = raw as Record<string, unknown>
  // The constructor would invent an id and a version; without those of the publisher it is no event of ours.
  if (specversion !== '1.0' || typeof id !== 'string' || typeof source !== 'string' || typeof type !== 'string') {
    return { reason: 'is no complete CloudEvent 1.0' }
  }
  try {
    const event = new CloudEvent<unknown>(raw)
    const version = Number(event['version'] ?? 0)
    const traceparent = event['traceparent']
    return {
      event: {
        id: event.id,
        source: event.source,
        type: event.type,
        subject: event.subject ?? '',
        version: Number.isSafeInteger(version) ? version : 0,
        time: event.time ?? new Date().toISOString(),
        data: event.data,
      },
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    }
  } catch (error) {
    return { reason: `is no CloudEvent: ${(error as Error).message.slice(0, 300)}` }
  }
}

function letterId(topic: string, source: string | null, id: string | null, raw?: unknown): string {
  const identity = source !== null && id !== null ? `${source}\0${id}` : textOf(raw)
  return createHash('sha256').update(topic).update('\0').update(identity).digest('hex').slice(0, 32)
}

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? '')
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// Raw payloads come as base64: alone inside an envelope that daprd makes, in bulk as the event itself.
function textOfRaw(delivered: unknown): string {
  const wrapped = (delivered as { data_base64?: unknown } | null)?.data_base64
  const base64 = typeof wrapped === 'string' ? wrapped : typeof delivered === 'string' ? delivered : undefined
  return base64 === undefined ? textOf(delivered) : Buffer.from(base64, 'base64').toString()
}

function toDeadLetter(topic: string, body: string): DeadLetter {
  const event = jsonOr(body) as { source?: unknown; id?: unknown; type?: unknown } | null
  const source = typeof event?.source === 'string' ? event.source : null
  const eventId = typeof event?.id === 'string' ? event.id : null
  const id = letterId(topic, source, eventId, body)
  return {
    id,
    topic,
    source,
    eventId,
    type: typeof event?.type === 'string' ? event.type : null,
    body,
    reason: null,
    receivedAt: new Date().toISOString(),
  }
}
