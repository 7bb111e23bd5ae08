import { beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  type ConsumedEvent,
  createConsumer,
  eachBySubject,
  on,
  PermanentError,
  redriveDue,
  TransientError,
} from './consumer.ts'
import { currentContext } from './context.ts'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { asSidecar, cloudEvent, memoryDeadLetters, testConfig } from './testing.ts'

const created = { topic: 'note', type: 'daguerre.note.created.v1', data: z.object({ text: z.string() }) }
const handle = vi.fn(async (_event: ConsumedEvent<{ text: string }>): Promise<unknown> => undefined)
let deadLetters: ReturnType<typeof memoryDeadLetters>
let app: ReturnType<typeof createHttpApp>

beforeEach(() => {
  handle.mockReset()
  deadLetters = memoryDeadLetters()
  app = createHttpApp({ config: testConfig(), log: silentLogger() })
  createConsumer({
    app,
    appId: 'feed',
    pubsubName: 'pubsub',
    subscriptions: [on(created, handle)],
    deadLetters,
    log: silentLogger(),
  })
})

function event(data: unknown = { text: 'hi' }, extra: Record<string, unknown> = {}) {
  return { ...cloudEvent('post', { ...created, subject: 's1', version: 3, data }), ...extra }
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await app.request(path, { method: 'POST', headers: asSidecar(), body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

function bulk(...events: unknown[]) {
  return {
    entries: events.map((item, index) => ({
      entryId: `e${index}`,
      event: item,
      contentType: 'application/cloudevents+json',
    })),
  }
}

test('subscribes in bulk with a dead-letter topic, and to that topic raw', async () => {
  const answer = await app.request('/dapr/subscribe', { headers: asSidecar() })
  expect(await answer.json()).toEqual([
    {
      pubsubname: 'pubsub',
      topic: 'note',
      route: '/events/note',
      deadLetterTopic: 'dead-letter.feed.note',
      bulkSubscribe: { enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 100 },
    },
    {
      pubsubname: 'pubsub',
      topic: 'dead-letter.feed.note',
      route: '/events/dead-letters/note',
      deadLetterTopic: 'dead-letter.feed.note',
      metadata: { rawPayload: 'true' },
    },
  ])
})

test('a handler gets the parsed event, with what daprd adds to the envelope', async () => {
  const given = event(undefined, { traceid: 'x', tracestate: '', topic: 'note', pubsubname: 'pubsub' })
  expect(await post('/events/note', given)).toEqual({ status: 'SUCCESS' })
  expect(handle).toHaveBeenCalledWith({
    id: given.id,
    source: '/services/post',
    type: created.type,
    topic: 'note',
    subject: 's1',
    version: 3,
    time: given['time'],
    data: { text: 'hi' },
    replayed: false,
  })
})

test('in a bulk each event has its own outcome', async () => {
  handle.mockImplementation(async ({ data }) => {
    if (data.text === 'later') throw new TransientError('not yet')
    if (data.text === 'broken') throw new Error('bug')
    if (data.text === 'never') throw new PermanentError('no')
  })
  const answer = await post(
    '/events/note',
    bulk(
      event(),
      event({ text: 'later' }),
      event({ text: 'broken' }),
      event({ text: 'never' }),
      event({ text: 7 }),
      event({}, { type: 'daguerre.note.other.v1' }),
      { text: 'no envelope' },
      'no object',
      event(undefined, { specversion: '0.3' }),
      event(undefined, { id: undefined }),
      event(),
    ),
  )
  expect((answer['statuses'] as { entryId: string; status: string }[]).map(({ status }) => status)).toEqual([
    ...['SUCCESS', 'RETRY', 'RETRY', 'SUCCESS', 'SUCCESS', 'SUCCESS'],
    ...['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS'],
  ])
  // What is refused is kept here: daprd mistakes one event of a bulk for another when some are dropped.
  const reasons = [...deadLetters.letters.values()].map(({ reason }) => reason?.split(/[:\n]/)[0] ?? '')
  expect(reasons.toSorted()).toEqual([
    ...['PermanentError', 'data is not valid'],
    ...[
      'is no JSON object',
      'is no complete CloudEvent 1.0',
      'is no complete CloudEvent 1.0',
      'is no complete CloudEvent 1.0',
    ],
  ])
  expect(handle).toHaveBeenCalledTimes(5)
})

test('the trace of the publisher goes on', async () => {
  const spans: unknown[] = []
  handle.mockImplementation(async () => void spans.push(currentContext()?.span))
  await post(
    '/events/note',
    event(undefined, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
  )
  expect(spans).toMatchObject([{ traceId: '0af7651916cd43dd8448eb211c80319c' }])
})

test('a dead letter is kept once with its reason, listed, and gone when it was handled again', async () => {
  handle.mockRejectedValue(new Error('store is down'))
  const failing = event()
  expect(await post('/events/note', failing)).toEqual({ status: 'RETRY' })
  // As daprd delivers raw payloads: the original bytes in an envelope of its own.
  const raw = { specversion: '1.0', id: 'other', data_base64: Buffer.from(JSON.stringify(failing)).toString('base64') }
  expect(await post('/events/dead-letters/note', raw)).toEqual({ status: 'SUCCESS' })
  expect(await post('/events/dead-letters/note', raw)).toEqual({ status: 'SUCCESS' })

  const list = await app.request('/internal/dead-letters', { headers: asSidecar() })
  const { items } = (await list.json()) as { items: Record<string, unknown>[] }
  expect(items).toMatchObject([
    {
      topic: 'note',
      source: '/services/post',
      eventId: failing.id,
      type: created.type,
      reason: 'Error: store is down',
    },
  ])

  const again = await post('/internal/dead-letters/redrive', {})
  expect(again).toMatchObject({ redriven: 0, failed: [{ id: items[0]!['id'], reason: 'Error: store is down' }] })
  expect(deadLetters.letters.size).toBe(1)

  handle.mockResolvedValue(undefined)
  expect(await post('/internal/dead-letters/redrive', { ids: [items[0]!['id']] })).toEqual({ redriven: 1, failed: [] })
  expect(deadLetters.letters.size).toBe(0)
  expect(handle).toHaveBeenLastCalledWith(expect.objectContaining({ id: failing.id, data: { text: 'hi' } }))
})

test('what failed for a passing reason is tried again by itself after 20 s, ever more seldom', async () => {
  handle.mockRejectedValue(new TransientError('user is away'))
  const failing = event()
  await post('/events/note', failing)
  await post('/events/dead-letters/note', failing)
  const at = Date.now()

  handle.mockReset().mockRejectedValue(new TransientError('user is still away'))
  expect(await redriveDue(app, at + 15_000, () => 0)).toEqual({ redriven: 0, failed: [] })
  expect(await redriveDue(app, at + 40_000, () => 0.9)).toEqual({ redriven: 0, failed: [] })
  expect(handle).not.toHaveBeenCalled()
  expect((await redriveDue(app, at + 40_000, () => 0.4)).failed).toHaveLength(1)
  expect(deadLetters.letters.size).toBe(1)

  handle.mockReset().mockResolvedValue(undefined)
  expect(await redriveDue(app, at + 40_000, () => 0.4)).toEqual({ redriven: 1, failed: [] })
  expect(deadLetters.letters.size).toBe(0)
})

test('what will never work is not tried again by itself', async () => {
  handle.mockRejectedValue(new PermanentError('nobody can do this'))
  await post('/events/note', bulk(event(), event({ text: 7 }), 'no event'))
  expect(deadLetters.letters.size).toBe(3)
  handle.mockReset()
  expect(await redriveDue(app, Date.now() + 3_600_000, () => 0)).toEqual({ redriven: 0, failed: [] })
  expect(handle).not.toHaveBeenCalled()
  expect(deadLetters.letters.size).toBe(3)
})

test('bytes that are no JSON become a dead letter too', async () => {
  const raw = { specversion: '1.0', id: 'x', data_base64: Buffer.from('\u0000 no json {').toString('base64') }
  expect(await post('/events/dead-letters/note', raw)).toEqual({ status: 'SUCCESS' })
  expect([...deadLetters.letters.values()]).toMatchObject([{ body: '\u0000 no json {', source: null, eventId: null }])
  expect(await post('/internal/dead-letters/redrive', {})).toMatchObject({
    redriven: 0,
    failed: [{ reason: 'is no JSON object' }],
  })
})

test('what another instance has refused is kept with the reason all the same', async () => {
  for (const refused of [event({ text: 7 }), 'no envelope']) {
    const text = typeof refused === 'string' ? refused : JSON.stringify(refused)
    const raw = { specversion: '1.0', id: 'x', data_base64: Buffer.from(text).toString('base64') }
    await post('/events/dead-letters/note', raw)
  }
  expect([...deadLetters.letters.values()].map(({ reason }) => reason?.split(':')[0])).toEqual([
    'data is not valid',
    'is no JSON object',
  ])
})

test('a dead letter that cannot be kept is asked for again', async () => {
  deadLetters.add = async () => {
    throw new Error('down')
  }
  expect(await post('/events/note', bulk(event({ text: 7 })))).toEqual({
    statuses: [{ entryId: 'e0', status: 'RETRY' }],
  })
  expect(await post('/events/dead-letters/note', event({ text: 7 }))).toEqual({ status: 'RETRY' })
})

test('what is left of a bulk is not handled for a sidecar that has given up', async () => {
  const gone = new AbortController()
  handle.mockImplementation(async () => gone.abort())
  const body = JSON.stringify(bulk(event(), event(), event()))
  const answer = await app.request('/events/note', {
    ...{ method: 'POST', headers: asSidecar(), body, signal: gone.signal },
  })
  const { statuses } = (await answer.json()) as { statuses: { status: string }[] }
  expect(statuses.map(({ status }) => status)).toEqual(['SUCCESS', 'RETRY', 'RETRY'])
  expect(handle).toHaveBeenCalledTimes(1)
})

test('a dead letter that nobody has refused, since the app was away, is handled at once', async () => {
  const unheard = event()
  expect(await post('/events/dead-letters/note', unheard)).toEqual({ status: 'SUCCESS' })
  expect(handle).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: unheard.id }))
  expect(deadLetters.letters.size).toBe(0)
})

test('one that was refused here is kept without another try', async () => {
  handle.mockRejectedValue(new Error('store is down'))
  const failing = event()
  await post('/events/note', failing)
  await post('/events/dead-letters/note', failing)
  expect(handle).toHaveBeenCalledTimes(1)
  expect(deadLetters.letters.size).toBe(1)
})

test('events of one subject are handled in order, others side by side and at most so many', async () => {
  let active = 0
  let most = 0
  const seen: string[] = []
  const items = Array.from({ length: 40 }, (_, index) => ({ key: `k${index % 10}`, index }))
  const results = await eachBySubject(
    items,
    (item) => item.key,
    4,
    async (item) => {
      active += 1
      most = Math.max(most, active)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(`${item.key}:${item.index}`)
      active -= 1
      return item.index
    },
  )
  expect(results).toEqual(items.map((item) => item.index))
  expect(most).toBe(4)
  const ofOne = seen.filter((entry) => entry.startsWith('k3:'))
  expect(ofOne).toEqual(['k3:3', 'k3:13', 'k3:23', 'k3:33'])
})
