import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type ConsumedEvent, createConsumer, on, recover, redriveDue } from '../src/consumer.ts'
import type { PublishableEvent } from '../src/dapr.ts'
import { deadLetterSql, postgresDeadLetters } from '../src/dead-letters-postgres.ts'
import { createHttpApp } from '../src/http.ts'
import { silentLogger } from '../src/log.ts'
import { registry } from '../src/metrics.ts'
import { emit, outboxSequenceSql, outboxSql, readOutbox, type Relay, startRelay } from '../src/outbox.ts'
import { Migration, query } from '../src/postgres.ts'
import { postgresReceipts, receiptSql } from '../src/receipts-postgres.ts'
import type { ReplaySource } from '../src/replay.ts'
import { asSidecar, createTestDatabase, type TestDatabase, testConfig, waitFor } from '../src/testing.ts'

class Start extends Migration {
  override up(): void {
    for (const sql of [...outboxSql, ...outboxSequenceSql, ...deadLetterSql, ...receiptSql]) this.addSql(sql)
  }
}

const noted = { topic: 'note', type: 'daguerre.note.created.v1', publisher: 'post', data: z.object({ n: z.number() }) }
const heartbeat = { topic: 'note', type: 'daguerre.note.heartbeat.v1', subject: 'post', version: 0, data: {} }
const source = '/services/post'

let db: TestDatabase
let relay: Relay
/** What the broker holds and nobody has read. */
let broker: PublishableEvent[]
let handled: number[]
const handle = vi.fn<(event: ConsumedEvent<{ n: number }>) => Promise<unknown>>()
const readPage = vi.fn<ReplaySource['read']>()
const relays: Relay[] = []

beforeAll(async () => {
  db = await createTestDatabase({ service: 'broker_loss', entities: [], migrations: [Start] })
})
afterAll(() => db.drop())

beforeEach(async () => {
  await query(db.orm.em.fork(), 'truncate outbox, receipt, dead_letter')
  broker = []
  handled = []
  handle.mockReset().mockImplementation(async ({ data }) => handled.push(data.n))
  readPage.mockReset().mockImplementation((after, from, limit) => readOutbox(db.orm.em.fork(), { after, from, limit }))
  relay = start()
})
afterEach(async () => {
  await Promise.all(relays.splice(0).map((one) => one.stop()))
})

function start(options: { heartbeat?: typeof heartbeat } = {}): Relay {
  const started = startRelay({
    app: 'post',
    url: db.url,
    log: silentLogger(),
    pollMs: 60_000,
    async publishBulk(_topic, events) {
      broker.push(...events)
      return { failed: [] }
    },
    ...options,
  })
  relays.push(started)
  return started
}

/** One replica of a consumer, on the one database. */
function consumer() {
  const app = createHttpApp({ config: testConfig(), log: silentLogger() })
  const store = postgresReceipts(db.orm)
  createConsumer({
    app,
    appId: 'feed',
    pubsubName: 'pubsub',
    subscriptions: [on(noted, handle)],
    deadLetters: postgresDeadLetters(db.orm),
    receipts: { store, outboxOf: (publisher) => ({ app: publisher, read: readPage }) },
    log: silentLogger(),
  })
  return app
}

type App = ReturnType<typeof consumer>

async function write(...numbers: number[]): Promise<void> {
  for (const n of numbers) await writeOne(n)
  await relay.flush()
}

async function writeOne(n: number, type = noted.type): Promise<void> {
  const event = { topic: 'note', type, subject: `s${n}`, version: 1, data: { n } }
  await db.orm.em.fork().transactional((em) => emit(em, event))
}

/** The broker gives what it holds. @returns the statuses that it gets */
async function deliver(app: App, events = broker.splice(0)): Promise<unknown[]> {
  const entries = events.map((event, index) => ({ entryId: String(index), event }))
  const answer = await app.request('/events/note', {
    method: 'POST',
    headers: asSidecar(),
    body: JSON.stringify({ entries }),
  })
  const { statuses } = (await answer.json()) as { statuses: { status: string }[] }
  return statuses.map(({ status }) => status)
}

/** Looks as the job does, for so long. @returns how many were lost, and the time after */
async function watch(app: App, seconds: number, fromMs = Date.now()): Promise<number> {
  let lost = 0
  for (let second = 0; second <= seconds; second += 10) lost += await recover(app, fromMs + second * 1000)
  return lost
}

async function metric(name: string): Promise<number> {
  const found = (await registry.getSingleMetric(name)!.get()).values
  return found.find(({ labels }) => labels['source'] === source)?.value ?? 0
}

test('what the broker lost is fetched, and only that; afterwards nothing is missing', async () => {
  const app = consumer()
  await write(1, 2, 3)
  await deliver(app)
  await write(4, 5)
  broker = []
  await write(6)
  await deliver(app)
  await write(7)
  broker = []
  await write(8)
  await deliver(app)
  expect(handled).toEqual([1, 2, 3, 6, 8])
  const before = await metric('broker_losses_total')

  const began = Date.now()
  expect(await watch(app, 20, began), 'too early to say').toBe(0)
  expect(await metric('events_missing')).toBe(3)
  expect(await watch(app, 0, began + 30_000)).toBe(3)
  expect(handled).toEqual([1, 2, 3, 6, 8, 4, 5, 7])
  expect(handle.mock.lastCall![0]).toMatchObject({ source, subject: 's7', version: 1, replayed: false })
  expect((await metric('broker_losses_total')) - before).toBe(3)

  expect(await watch(app, 60)).toBe(0)
  expect(await metric('events_missing')).toBe(0)
  await write(9)
  await deliver(app)
  expect(handled).toHaveLength(9)
})

test('the last events before a silence are missed when the heartbeat comes, which one of the relays gives', async () => {
  const app = consumer()
  await write(1)
  await deliver(app)
  await write(2)
  broker = []
  await query(db.orm.em.fork(), `update outbox_heartbeat set beat_at = now() - interval '1 hour'`)
  await Promise.all([start({ heartbeat }), start({ heartbeat })].map((one) => one.flush()))
  expect(broker).toEqual([
    expect.objectContaining({ source, type: heartbeat.type, sequence: expect.stringMatching(/^\d{16}$/), data: {} }),
  ])
  expect(await deliver(app)).toEqual(['SUCCESS'])
  expect(await watch(app, 30)).toBe(1)
  expect(handled).toEqual([1, 2])
})

test('a consumer whose store was restored fetches what came since the backup', async () => {
  const app = consumer()
  await write(1, 2)
  await deliver(app)
  await query(db.orm.em.fork(), 'create table backup as select * from receipt')
  await write(3, 4)
  await deliver(app)
  handled = []
  await query(db.orm.em.fork(), 'truncate receipt')
  await query(db.orm.em.fork(), 'insert into receipt select * from backup')
  const again = consumer()
  await write(5)
  await deliver(again)
  expect(await watch(again, 30)).toBe(2)
  expect(handled).toEqual([5, 3, 4])
})

test('what comes late, twice and in any order is no loss', async () => {
  const app = consumer()
  await write(1, 2, 3, 4, 5)
  const events = broker.splice(0)
  const began = Date.now()
  await deliver(app, [events[0]!, events[4]!])
  expect(await watch(app, 20, began)).toBe(0)
  await deliver(app, [events[3]!, events[1]!, events[4]!, events[1]!, events[0]!])
  expect(await watch(app, 20, began + 30_000)).toBe(0)
  await deliver(app, [events[2]!])
  expect(await watch(app, 60, began + 60_000)).toBe(0)
  expect(readPage).not.toHaveBeenCalled()
})

test('who was frozen, and finds a gap that is old, waits for what may still come', async () => {
  const app = consumer()
  await write(1, 2, 3)
  const events = broker.splice(0)
  await deliver(app, [events[0]!, events[2]!])
  const began = Date.now()
  expect(await recover(app, began)).toBe(0)
  expect(await recover(app, began + 300_000)).toBe(0)
  expect(readPage).not.toHaveBeenCalled()
  expect(await watch(app, 30, began + 310_000)).toBe(1)
})

test('a number whose transaction was rolled back is asked for once, and reported as no loss', async () => {
  const app = consumer()
  await write(1)
  await db.orm.em
    .fork()
    .transactional(async (em) => {
      await emit(em, { topic: 'note', type: noted.type, subject: 's0', version: 1, data: { n: 0 } })
      throw new Error('no')
    })
    .catch(() => {})
  await write(2)
  await deliver(app)
  expect(await watch(app, 120)).toBe(0)
  expect(readPage).toHaveBeenCalledTimes(1)
  expect(handled).toEqual([1, 2])
  expect(await metric('events_missing')).toBe(0)
})

test('a lost event that the consumer does not listen to is nothing to it', async () => {
  const app = consumer()
  await write(1)
  await writeOne(2, 'daguerre.note.read.v1')
  await write(3)
  const events = broker.splice(0)
  expect(events).toHaveLength(3)
  await deliver(app, [events[0]!, events[2]!])
  expect(await watch(app, 60)).toBe(0)
  expect(await metric('events_missing')).toBe(0)
})

test('of several replicas one fetches, and each event is handled once', async () => {
  const apps = [consumer(), consumer(), consumer()]
  await write(1)
  await deliver(apps[0]!)
  await write(...Array.from({ length: 40 }, (_, n) => n + 2))
  broker = []
  await write(42)
  await deliver(apps[1]!)
  const began = Date.now()
  const lost = await Promise.all(apps.map((app) => watch(app, 40, began)))
  expect(lost.toSorted((a, b) => a - b)).toEqual([0, 0, 40])
  expect(handled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 42 }, (_, n) => n + 1))
})

test('what one replica fetches, the others leave alone however long it takes', async () => {
  const [first, second] = [consumer(), consumer()]
  await write(1, 2, 3)
  const events = broker.splice(0)
  await deliver(first, [events[0]!, events[2]!])
  const began = Date.now()
  await Promise.all([watch(first, 20, began), watch(second, 20, began)])
  const answered = Promise.withResolvers<void>()
  readPage.mockImplementationOnce(async (after, from, limit) => {
    await answered.promise
    return readOutbox(db.orm.em.fork(), { after, from, limit })
  })
  const fetching = watch(first, 0, began + 30_000)
  await waitFor(() => readPage.mock.calls.length === 1)
  expect(await watch(second, 0, began + 31_000)).toBe(0)
  expect(readPage).toHaveBeenCalledTimes(1)
  answered.resolve()
  expect(await fetching).toBe(1)
  expect(handled.toSorted()).toEqual([1, 2, 3])
})

test('what replicas receive at the same time is all kept', async () => {
  const apps = [consumer(), consumer(), consumer()]
  await write(...Array.from({ length: 60 }, (_, n) => n + 1))
  const events = broker.splice(0)
  await deliver(apps[0]!, events.splice(0, 1))
  await Promise.all(events.map((event, index) => deliver(apps[index % 3]!, [event])))
  const { receipts } = (await postgresReceipts(db.orm).read(source))!
  expect(receipts.beyond).toEqual([])
  expect(await watch(apps[0]!, 60)).toBe(0)
  expect(readPage).not.toHaveBeenCalled()
})

test('a publisher that does not answer is asked again, and nothing is forgotten meanwhile', async () => {
  const app = consumer()
  await write(1, 2, 3)
  const events = broker.splice(0)
  await deliver(app, [events[0]!, events[2]!])
  const began = Date.now()
  readPage.mockRejectedValueOnce(new Error('away'))
  await expect(watch(app, 30, began)).rejects.toThrow('away')
  expect(await watch(app, 0, began + 33_000)).toBe(1)
  expect(handled.toSorted()).toEqual([1, 2, 3])
})

test('what cannot be handled when it is fetched is among the dead letters, and is handled later', async () => {
  const app = consumer()
  await write(1, 2, 3, 4)
  const events = broker.splice(0)
  await deliver(app, [events[0]!, events[3]!])
  handle.mockRejectedValueOnce(new Error('not now'))
  expect(await watch(app, 30)).toBe(2)
  expect(handled.toSorted()).toEqual([1, 3, 4])
  await redriveDue(app, Date.now() + 60_000, () => 0)
  expect(handled.toSorted()).toEqual([1, 2, 3, 4])
})

test('an event whose receipt cannot be kept comes again', async () => {
  const app = consumer()
  await write(1, 2)
  const events = broker.splice(0)
  await query(db.orm.em.fork(), 'alter table receipt rename to elsewhere')
  expect(await deliver(app, events)).toEqual(['RETRY', 'RETRY'])
  await query(db.orm.em.fork(), 'alter table elsewhere rename to receipt')
  expect(await deliver(app, events)).toEqual(['SUCCESS', 'SUCCESS'])
})

test('what a handler has not confirmed has not arrived; what is a dead letter has', async () => {
  const app = consumer()
  await write(1, 2, 3)
  handle.mockImplementation(async ({ data }) => {
    if (data.n === 2) throw new Error('not yet')
  })
  const events = broker.splice(0)
  expect(await deliver(app, events)).toEqual(['SUCCESS', 'RETRY', 'SUCCESS'])
  const receipts = await postgresReceipts(db.orm).read(source)
  expect(receipts!.receipts.beyond).toHaveLength(1)

  const raw = Buffer.from(JSON.stringify(events[1])).toString('base64')
  const answer = await app.request('/events/dead-letters/note', {
    method: 'POST',
    headers: asSidecar(),
    body: JSON.stringify({ data_base64: raw }),
  })
  expect(await answer.json()).toEqual({ status: 'SUCCESS' })
  await waitFor(async () => (await postgresReceipts(db.orm).read(source))!.receipts.beyond.length === 0)
})
