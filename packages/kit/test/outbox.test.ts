import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { runInContext } from '../src/context.ts'
import { DaprError, type PublishableEvent } from '../src/dapr.ts'
import { newId } from '../src/id.ts'
import { silentLogger } from '../src/log.ts'
import {
  emit,
  emitAll,
  outboxSequenceSql,
  outboxSql,
  readOutbox,
  type Relay,
  type RelayOptions,
  startRelay,
} from '../src/outbox.ts'
import { Migration, query } from '../src/postgres.ts'
import { createTestDatabase, type TestDatabase, waitFor } from '../src/testing.ts'

class Start extends Migration {
  override up(): void {
    for (const sql of [...outboxSql, ...outboxSequenceSql]) this.addSql(sql)
  }
}

let db: TestDatabase
let published: PublishableEvent[]
const relays: Relay[] = []
const publishBulk = vi.fn<RelayOptions['publishBulk']>()

beforeAll(async () => {
  db = await createTestDatabase({ service: 'outbox', entities: [], migrations: [Start] })
})
afterAll(() => db.drop())
beforeEach(async () => {
  await query(db.orm.em.fork(), 'truncate outbox')
  published = []
  publishBulk.mockReset()
  publishBulk.mockImplementation(async (_topic, events) => {
    published.push(...events)
    return { failed: [] }
  })
})
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()))
})

function relay(overrides: Partial<RelayOptions> = {}): Relay {
  const started = startRelay({
    app: 'post',
    url: db.url,
    publishBulk,
    log: silentLogger(),
    pollMs: 60_000,
    ...overrides,
  })
  relays.push(started)
  return started
}

function event(n = 1, topic = 'note') {
  return { topic, type: 'daguerre.note.created.v1', subject: `s${n}`, version: n, data: { n } }
}

function write(count: number, topic?: string): Promise<string[]> {
  return db.orm.em.fork().transactional((em) =>
    emitAll(
      em,
      Array.from({ length: count }, (_, n) => event(n, topic)),
    ),
  )
}

async function pending(): Promise<number> {
  const [row] = await query<{ n: number }>(
    db.orm.em.fork(),
    'select count(*)::int as n from outbox where published_at is null',
  )
  return row!.n
}

test('an event is published when its transaction commits, woken by NOTIFY, as a complete CloudEvent', async () => {
  const started = relay()
  await started.flush()
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const span = { traceId: traceparent.slice(3, 35), spanId: traceparent.slice(36, 52), traceFlags: 1 }
  const since = performance.now()
  const id = await runInContext({ span }, () => db.orm.em.fork().transactional((em) => emit(em, event(7))))
  await waitFor(() => published.length === 1)
  expect(performance.now() - since).toBeLessThan(2000)
  expect(published[0]).toEqual({
    specversion: '1.0',
    id,
    source: '/services/post',
    type: 'daguerre.note.created.v1',
    subject: 's7',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    datacontenttype: 'application/json',
    data: { n: 7 },
    version: 7,
    sequence: expect.stringMatching(/^\d{16}$/),
    traceparent,
    traceid: traceparent,
  })
  await waitFor(async () => (await pending()) === 0)
})

test('an event of a transaction that rolls back is never published', async () => {
  const started = relay()
  await db.orm.em
    .fork()
    .transactional(async (em) => {
      await emit(em, event())
      throw new Error('no')
    })
    .catch(() => {})
  await started.flush()
  expect(published).toHaveLength(0)
  await expect(emit(db.orm.em.fork(), event())).rejects.toThrow(/transaction/)
})

test('a crash between publishing and marking publishes again, and loses nothing', async () => {
  const ids = await write(3)
  const crashing = relay({
    afterPublish: () => {
      throw Object.assign(new Error('killed'), { code: '57P01' })
    },
  })
  await waitFor(() => published.length === 3)
  await crashing.stop()
  expect(await pending()).toBe(3)
  await relay().flush()
  expect(published.map((item) => item.id)).toEqual([...ids, ...ids])
  expect(await pending()).toBe(0)
})

test('four relays share the work and double nothing', async () => {
  const ids = await write(1000)
  publishBulk.mockImplementation(async (_topic, events) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    published.push(...events)
    return { failed: [] }
  })
  await Promise.all([relay(), relay(), relay(), relay()].map((started) => started.flush()))
  await waitFor(async () => (await pending()) === 0)
  expect(published.map((item) => item.id).toSorted()).toEqual(ids.toSorted())
  expect(publishBulk.mock.calls.every(([, events]) => events.length <= 100)).toBe(true)
})

test('a broker that is down is asked again with pauses, and then everything arrives', async () => {
  publishBulk.mockRejectedValue(new DaprError(0, 'down'))
  const ids = await write(150)
  relay({ pollMs: 20 })
  await waitFor(() => publishBulk.mock.calls.length >= 2)
  const callsWhileDown = publishBulk.mock.calls.length
  expect(callsWhileDown).toBeLessThan(20)
  publishBulk.mockImplementation(async (_topic, events) => {
    published.push(...events)
    return { failed: [] }
  })
  await waitFor(() => published.length >= 150, { timeoutMs: 10_000 })
  expect(published.map((item) => item.id)).toEqual(ids)
})

test('entries that the broker refuses alone wait by themselves', async () => {
  const ids = await write(5)
  publishBulk.mockImplementationOnce(async (_topic, events) => {
    published.push(...events.filter((item) => item.id !== ids[2]))
    return { failed: [ids[2]!] }
  })
  const started = relay()
  await started.flush()
  await waitFor(async () => (await pending()) === 1)
  await query(db.orm.em.fork(), 'update outbox set next_attempt_at = now()')
  await started.flush()
  expect(await pending()).toBe(0)
  expect(published.map((item) => item.id).toSorted()).toEqual(ids)
})

test('an event that makes its whole batch fail does not block the others', async () => {
  const ids = await write(5)
  publishBulk.mockImplementation(async (_topic, events) => {
    if (events.some((item) => item.id === ids[1])) throw new DaprError(413, 'too large')
    published.push(...events)
    return { failed: [] }
  })
  const started = relay()
  await started.flush()
  await waitFor(() => published.length === 4)
  expect(await pending()).toBe(1)
  const [row] = await query<{ attempts: number }>(
    db.orm.em.fork(),
    'select attempts from outbox where published_at is null',
  )
  expect(row!.attempts).toBeGreaterThan(0)
})

test('a relay whose connection is cut connects again', async () => {
  const started = relay({ pollMs: 50 })
  await started.flush()
  await query(
    db.orm.em.fork(),
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'post relay' and datname = current_database()",
  )
  const ids = await write(2)
  await waitFor(() => published.length === 2, { timeoutMs: 10_000 })
  expect(published.map((item) => item.id)).toEqual(ids)
})

test('what is older than the retention is deleted, if it was published', async () => {
  await write(3)
  await query(db.orm.em.fork(), "update outbox set published_at = now() - interval '91 days' where subject <> 's0'")
  publishBulk.mockRejectedValue(new DaprError(0, 'down'))
  await query(
    db.orm.em.fork(),
    "update outbox set next_attempt_at = now() + interval '1 day' where published_at is null",
  )
  await relay().flush()
  const rows = await query<{ subject: string }>(db.orm.em.fork(), 'select subject from outbox')
  expect(rows).toEqual([{ subject: 's0' }])
})

test('kept events are read page by page from a time on', async () => {
  const early = await write(2)
  await query(db.orm.em.fork(), 'select pg_sleep(0.01)')
  const from = new Date()
  const ids = await write(5)
  const em = db.orm.em.fork()
  const all = await readOutbox(em, { from: '2020-01-01T00:00:00Z', after: null, limit: 100 })
  expect(all.items.map((item) => item.id)).toEqual([...early, ...ids])
  expect(all.next).toBeNull()
  const first = await readOutbox(em, { from, limit: 3 })
  expect(first.items.map((item) => item.id)).toEqual(ids.slice(0, 3))
  const second = await readOutbox(em, { from, after: first.next, limit: 3 })
  expect(second.items.map((item) => item.id)).toEqual(ids.slice(3))
  expect(second.next).toBeNull()
  expect(second.items[0]).toMatchObject({
    topic: 'note',
    subject: 's3',
    version: 3,
    data: { n: 3 },
    time: expect.stringMatching(/Z$/),
  })
  expect((await readOutbox(em, { from, limit: 3, types: [newId()] })).items).toEqual([])
})

test('an event that has been refused for days does not stop the others', async () => {
  const [poison] = await write(1)
  await query(db.orm.em.fork(), 'update outbox set attempts = 5000')
  await write(1)
  publishBulk.mockImplementation(async (_topic, events) => ({
    failed: events.filter((each) => each.id === poison).map((each) => each.id),
  }))
  relay()
  await waitFor(async () => (await pending()) === 1)
})

test('a broker that does not answer is not asked for every event of a batch', async () => {
  await write(50)
  publishBulk.mockRejectedValue(new DaprError(0, 'the sidecar does not answer'))
  const started = relay({ pollMs: 10 })
  await waitFor(() => publishBulk.mock.calls.length >= 4, { timeoutMs: 15_000 })
  await started.stop()
  expect(publishBulk.mock.calls.length).toBeLessThanOrEqual(8)
})
