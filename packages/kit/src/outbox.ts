import type { EntityManager } from '@mikro-orm/postgresql'
import pg from 'pg'
import { currentTraceparent, inSpan } from './telemetry.ts'
import type { Dapr } from './dapr.ts'
import type { Distribution } from './distribution.ts'
import { type NewEvent, type StoredEvent, toCloudEvent } from './events.ts'
import { idFrom, newId } from './id.ts'
import type { Logger } from './log.ts'
import { counter, gauge, histogram } from './metrics.ts'
import { query } from './postgres.ts'

export type { NewEvent, StoredEvent } from './events.ts'

/** Statements for a service's migration: the table of events that are to be published and are kept for replays. */
export const outboxSql: readonly string[] = [
  `create table outbox (
    id uuid primary key,
    topic text not null,
    type text not null,
    subject text not null,
    version bigint not null,
    data jsonb not null,
    traceparent text,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    attempts integer not null default 0,
    next_attempt_at timestamptz
  )`,
  'create index outbox_pending on outbox (id) where published_at is null',
  'create index outbox_published_at on outbox (published_at) where published_at is not null',
]

/**
 * Statements for a migration after `outboxSql`: a number for each event, so that consumers see what did not reach them,
 * and when the last heartbeat was given. What was there before has no number.
 */
export const outboxSequenceSql: readonly string[] = [
  'alter table outbox add column sequence bigint',
  'create sequence outbox_sequence owned by outbox.sequence',
  `alter table outbox alter column sequence set default nextval('outbox_sequence')`,
  `create table outbox_heartbeat (beat_at timestamptz not null)`,
  `insert into outbox_heartbeat (beat_at) values ('-infinity')`,
]

export const outboxDistribution: Distribution = {
  tables: {
    outbox: { local: 'one sequence numbers the events, and relays share them by SKIP LOCKED and LISTEN' },
    outbox_heartbeat: { local: 'one row' },
  },
  allShards: {},
}

const channel = 'outbox'

const heartbeatMs = 10_000

/**
 * Puts an event into the outbox, in the transaction of `em`: it is published if, and only if, that commits.
 * @returns the event id, which consumers see as CloudEvents `id`
 * @throws Error outside of a transaction
 */
export async function emit(em: EntityManager, event: NewEvent): Promise<string> {
  const [id] = await emitAll(em, [event])
  return id!
}

/** The same for several events, in one statement. */
export async function emitAll(em: EntityManager, events: readonly NewEvent[]): Promise<string[]> {
  if (events.length === 0) return []
  if (!em.isInTransaction()) throw new Error('emit needs a transaction: call it inside em.transactional(…)')
  const traceparent = currentTraceparent() ?? null
  const ids = events.map(() => newId())
  // PostgreSQL sends one notification a transaction, however many rows.
  await query(
    em,
    `with added as (
       insert into outbox (id, topic, type, subject, version, data, traceparent)
       select * from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::jsonb[], ?::text[])
       returning 1
     )
     select pg_notify('${channel}', '') from (select count(*) from added) counted`,
    [
      ids,
      events.map((event) => event.topic),
      events.map((event) => event.type),
      events.map((event) => event.subject),
      events.map((event) => event.version),
      events.map((event) => JSON.stringify(event.data)),
      events.map(() => traceparent),
    ],
  )
  return ids
}

type Row = {
  id: string
  topic: string
  type: string
  subject: string
  version: string
  data: unknown
  traceparent: string | null
  created_at: Date
  attempts: number
  sequence: string | null
}

export type Relay = {
  /** Publishes what is there now; resolves when nothing is left or the broker refuses. */
  flush(): Promise<void>
  /** Lets the batch in work end, then closes the connection. */
  stop(): Promise<void>
}

export type RelayOptions = {
  /** Dapr app id, for `source`. */
  app: string
  url: string
  publishBulk: Dapr['publishBulk']
  log: Logger
  /** Published every 10 s, with a number as any event and without a row: by it consumers see that they lost the last ones. */
  heartbeat?: NewEvent
  /** How long published events are kept, in days; 90 by default. */
  retentionDays?: number
  /** Rows a batch; 100 by default. */
  batchSize?: number
  /** How long it sleeps when nobody wakes it, 1000 ms by default. */
  pollMs?: number
  /** For tests: called between publishing and marking. */
  afterPublish?: () => void | Promise<void>
}

/**
 * Publishes the outbox: woken by NOTIFY, else it looks every `pollMs`. Rows are locked (SKIP LOCKED), published, and only
 * then marked, so each event goes out at least once, and several relays share the work. A broker that is down is asked
 * again after 0.2 to 15 s; an event that alone is refused waits by itself and holds up nobody.
 */
export function startRelay(options: RelayOptions): Relay {
  const { app, url, publishBulk, log, batchSize = 100, pollMs = 1000, retentionDays = 90, heartbeat } = options
  const backlog = gauge('outbox_backlog', 'Events that are not published yet (10000 means: or more)')
  const lag = gauge('outbox_lag_seconds', 'Age of the oldest event that is not published yet')
  const published = counter('outbox_published_total', 'Events published', ['topic'])
  const refused = counter('outbox_refused_total', 'Events that the broker refused once', ['topic'])
  const delay = histogram('outbox_delay_seconds', 'Time from the event to its publication')

  const stopping = new AbortController()
  let client: pg.Client | undefined
  let wake: (() => void) | undefined
  let woken = false
  let measuredAt = 0
  let prunedAt = 0
  let beatAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let turn: Promise<unknown> = Promise.resolve()

  function signal(): void {
    woken = true
    wake?.()
  }

  async function sleep(ms: number): Promise<void> {
    if (woken || stopping.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    wake = undefined
  }

  async function connect(): Promise<pg.Client> {
    if (client) return client
    const fresh = new pg.Client({
      connectionString: url,
      application_name: `${app} relay`,
      connectionTimeoutMillis: 5000,
      statement_timeout: 30_000,
      keepAlive: true,
    })
    // Without a listener a lost connection would end the process.
    fresh.on('error', () => {
      if (client === fresh) client = undefined
    })
    fresh.on('notification', signal)
    try {
      await fresh.connect()
      await fresh.query(`listen ${channel}`)
    } catch (error) {
      fresh.end().catch(() => {})
      throw error
    }
    client = fresh
    return fresh
  }

  function drop(): void {
    const old = client
    client = undefined
    old?.end().catch(() => {})
  }

  /** One batch. @returns how many rows were taken; throws if the broker took none of them */
  async function batch(db: pg.Client): Promise<number> {
    await db.query('begin')
    try {
      const { rows } = await db.query<Row>(
        `select id, topic, type, subject, version, data, traceparent, created_at, attempts, sequence from outbox
         where published_at is null and (next_attempt_at is null or next_attempt_at <= now())
         order by id limit $1 for update skip locked`,
        [batchSize],
      )
      if (rows.length === 0) {
        await db.query('commit')
        return 0
      }
      const { sent, failed, error } = await publishRows(rows)
      await options.afterPublish?.()
      if (sent.length > 0) {
        await db.query('update outbox set published_at = now() where id = any($1)', [sent.map((row) => row.id)])
      }
      if (failed.length > 0) {
        await db.query(
          `update outbox set attempts = attempts + 1,
             next_attempt_at = now() + make_interval(secs => least(300, power(2, least(attempts, 9))))
           where id = any($1)`,
          [failed.map((row) => row.id)],
        )
      }
      await db.query('commit')
      for (const row of sent) {
        published.inc({ topic: row.topic })
        delay.observe((Date.now() - row.created_at.getTime()) / 1000)
      }
      if (error !== undefined) throw error
      return rows.length
    } catch (error) {
      await db.query('rollback').catch(drop)
      throw error
    }
  }

  /**
   * Publishes topic by topic. If the sidecar refuses a batch as such (4xx), or the batch has failed several times, its
   * events are tried one by one: when some go out, the others are at fault themselves and wait without blocking.
   */
  async function publishRows(rows: Row[]): Promise<{ sent: Row[]; failed: Row[]; error: unknown }> {
    const sent: Row[] = []
    const failed: Row[] = []
    const unsent: Row[] = []
    let error: unknown
    let oneByOne = failures >= 3

    async function publish(topic: string, part: Row[]): Promise<void> {
      const events = part.map((row) => toCloudEvent(app, stored(row), row.traceparent).toJSON() as { id: string })
      const result = await publishBulk(topic, events)
      const refusedIds = new Set(result.failed)
      for (const row of part) (refusedIds.has(row.id) ? failed : sent).push(row)
    }

    for (const [topic, ofTopic] of Map.groupBy(rows, (row) => row.topic)) {
      try {
        await inSpan(
          `publish batch ${topic}`,
          { kind: 'producer', root: true, attributes: { 'messaging.batch.message_count': ofTopic.length } },
          () => publish(topic, ofTopic),
        )
      } catch (thrown) {
        error = thrown
        oneByOne ||= isRefusal(thrown)
        if (!oneByOne || ofTopic.length === 1) {
          unsent.push(...ofTopic)
          continue
        }
        let silent = 0
        for (const row of ofTopic) {
          // Who does not answer three times in a row is away: to ask for each row would hold up all, and the stop.
          if (silent >= 3 || stopping.signal.aborted) unsent.push(row)
          else {
            await publish(topic, [row]).then(
              () => (silent = 0),
              (refusal: unknown) => {
                unsent.push(row)
                silent = (refusal as { status?: unknown }).status === 0 ? silent + 1 : 0
              },
            )
          }
        }
      }
    }
    if (oneByOne && sent.length > 0) {
      failed.push(...unsent)
      error = undefined
    }
    if (failed.length > 0) {
      for (const row of failed) refused.inc({ topic: row.topic })
      log.warn({ ids: failed.map((row) => row.id) }, 'the broker refused single events')
    }
    return { sent, failed, error }
  }

  async function measure(db: pg.Client): Promise<void> {
    if (performance.now() - measuredAt < 2000) return
    measuredAt = performance.now()
    const { rows } = await db.query<{ pending: number; age: number | null }>(
      `select count(*)::int as pending, extract(epoch from now() - min(created_at))::float as age
       from (select created_at from outbox where published_at is null order by id limit 10000) pending`,
    )
    backlog.set(rows[0]!.pending)
    lag.set(rows[0]!.age ?? 0)
  }

  async function prune(db: pg.Client): Promise<void> {
    if (prunedAt !== 0 && performance.now() - prunedAt < 3_600_000) return
    prunedAt = performance.now()
    const { rowCount } = await db.query(
      `delete from outbox where id in (
         select id from outbox where published_at < now() - make_interval(days => $1)
         order by published_at limit 10000 for update skip locked)`,
      [retentionDays],
    )
    if ((rowCount ?? 0) >= 10_000) prunedAt = 0
  }

  /** Of several relays one gives the heartbeat; a second of grace keeps one that is alone from missing every other turn. */
  async function beat(db: pg.Client): Promise<void> {
    if (!heartbeat || performance.now() - beatAt < heartbeatMs) return
    beatAt = performance.now()
    const { rows } = await db.query<{ sequence: string; beat_at: Date }>(
      `update outbox_heartbeat set beat_at = now() where beat_at < now() - make_interval(secs => $1)
       returning nextval('outbox_sequence') as sequence, beat_at`,
      [heartbeatMs / 1000 - 1],
    )
    for (const { sequence, beat_at: at } of rows) {
      const event = { ...heartbeat, id: newId(), time: at.toISOString(), sequence: Number(sequence) }
      await publishBulk(heartbeat.topic, [toCloudEvent(app, event).toJSON() as { id: string }])
    }
  }

  /** Batches until nothing is left; the loop and `flush` take turns, as there is one connection. */
  function drain(): Promise<void> {
    const next = turn.then(drainNow)
    turn = next.catch(() => {})
    return next
  }

  async function drainNow(): Promise<void> {
    const db = await connect()
    while (!stopping.signal.aborted && (await batch(db)) >= batchSize);
    await beat(db)
    await measure(db)
    await prune(db)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        woken = false
        await drain()
        failures = 0
        await sleep(pollMs)
      } catch (error) {
        if (stopping.signal.aborted) return
        failures += 1
        if (!client || isConnectionError(error)) drop()
        const waitMs = Math.min(15_000, 200 * 2 ** Math.min(failures, 7)) * (0.5 + Math.random() / 2)
        log.warn({ err: error, failures, waitMs: Math.round(waitMs) }, 'outbox cannot be published now')
        woken = false
        await pause(waitMs)
        // The gauges must tell of the backlog above all when it grows.
        await (client ? measure(client).catch(drop) : undefined)
      }
    }
  }

  // Unlike sleep it is not ended by NOTIFY: new events are no reason to ask a dead broker more often.
  async function pause(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (!stopping.signal.aborted && performance.now() < until) {
      woken = false
      await sleep(Math.min(250, until - performance.now()))
    }
  }

  const running = run()
  return {
    flush: drain,
    async stop() {
      stopping.abort()
      wake?.()
      await running
      await turn
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    },
  }
}

function isRefusal(error: unknown): boolean {
  const status = (error as { status?: unknown }).status
  return typeof status === 'number' && status >= 400 && status < 500
}

function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^(E[A-Z]+|08\w{3}|57P\w{2}|25P02)$/.test(code)
}

function stored(row: Row): StoredEvent {
  return {
    id: row.id,
    topic: row.topic,
    type: row.type,
    subject: row.subject,
    version: Number(row.version),
    time: new Date(row.created_at).toISOString(),
    data: row.data,
    sequence: row.sequence === null ? null : Number(row.sequence),
  }
}

/**
 * A page of kept events, oldest first, published or not. Events that commit while a replay reads may have smaller ids
 * than those it has seen; they are published afterwards, so whoever listens gets them anyway.
 * @param options.from RFC 3339 time of the oldest event wanted
 * @param options.after id of the last event of the page before
 * @returns `next` is null at the end
 */
export async function readOutbox(
  em: EntityManager,
  options: { from: string | Date; after?: string | null; limit: number; types?: readonly string[] },
): Promise<{ items: StoredEvent[]; next: string | null }> {
  const rows = await query<Row>(
    em,
    `select id, topic, type, subject, version, data, created_at, sequence from outbox
     where id >= ? and (?::uuid is null or id > ?::uuid) and (?::text[] is null or type = any(?::text[]))
     order by id limit ?`,
    [
      idFrom(new Date(options.from)),
      options.after ?? null,
      options.after ?? null,
      options.types ?? null,
      options.types ?? null,
      options.limit,
    ],
  )
  return { items: rows.map(stored), next: rows.length === options.limit ? rows.at(-1)!.id : null }
}
