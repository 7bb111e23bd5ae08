import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type ConsumedEvent, createConsumer, on } from './consumer.ts'
import type { StoredEvent } from './events.ts'
import { createHttpApp } from './http.ts'
import { newId } from './id.ts'
import { silentLogger } from './log.ts'
import { createReplay, remoteOutbox } from './replay.ts'
import { asSidecar, fakeDapr, memoryDeadLetters, testConfig, waitFor } from './testing.ts'

const noted = { topic: 'note', type: 'daguerre.note.created.v1', data: z.object({ n: z.number() }) }

function stored(n: unknown, type = noted.type): StoredEvent {
  return {
    id: newId(),
    topic: 'note',
    type,
    subject: `s${String(n)}`,
    version: 1,
    time: new Date().toISOString(),
    data: { n },
    sequence: null,
  }
}

test('all pages are applied, again after a failure; invalid ones are counted, unknown ones ignored', async () => {
  const events = [...Array.from({ length: 1200 }, (_, n) => stored(n)), stored('x'), stored(1, 'other')]
  const publisher = createHttpApp({ config: testConfig({ APP_ID: 'post' }), log: silentLogger() })
  let asked = 0
  publisher.post('/internal/outbox', async (c) => {
    asked += 1
    if (asked === 2) return c.json({}, 503)
    const { after, limit } = await c.req.json<{ after: string | null; limit: number }>()
    const start = after === null ? 0 : events.findIndex((event) => event.id === after) + 1
    const items = events.slice(start, start + limit)
    return c.json({ items, next: items.length === limit ? items.at(-1)!.id : null })
  })
  const dapr = fakeDapr({ post: publisher })

  const app = createHttpApp({ config: testConfig({ APP_ID: 'feed' }), log: silentLogger() })
  const seen = new Set<number>()
  const failOnce = vi.fn().mockRejectedValueOnce(new Error('once'))
  async function handle(event: ConsumedEvent<{ n: number }>): Promise<void> {
    expect(event).toMatchObject({ source: '/services/post', replayed: true })
    if (event.data.n === 5) await failOnce()
    // The last page takes its time: a replay that is done has applied all of it.
    if (event.data.n === 1199) await new Promise((resolve) => setTimeout(resolve, 300))
    seen.add(event.data.n)
  }
  const consumer = createConsumer({
    app,
    appId: 'feed',
    pubsubName: 'pubsub',
    subscriptions: [on(noted, handle)],
    deadLetters: memoryDeadLetters(),
    log: silentLogger(),
  })
  createReplay({ app, consumer, sources: [remoteOutbox(dapr, 'post')], log: silentLogger() })

  async function start(): Promise<Response> {
    const body = '{"from":"2026-01-01T00:00:00Z"}'
    return app.request('/internal/replay', { method: 'POST', headers: asSidecar(), body })
  }
  expect((await start()).status).toBe(202)
  expect((await start()).status).toBe(409)
  const progress = await waitFor(async () => {
    const body = (await (await app.request('/internal/replay', { headers: asSidecar() })).json()) as Record<
      string,
      unknown
    >
    return body['state'] !== 'running' && body
  })
  expect(progress).toMatchObject({ state: 'done', read: 1202, applied: 1201, skipped: 1, error: null })
  expect(seen.size).toBe(1200)
  expect(failOnce).toHaveBeenCalledTimes(2)
})

test('a start without a time is refused', async () => {
  const app = createHttpApp({ config: testConfig(), log: silentLogger() })
  createReplay({ app, consumer: { topics: [], apply: vi.fn(), receive: vi.fn() }, sources: [], log: silentLogger() })
  const answer = await app.request('/internal/replay', {
    method: 'POST',
    headers: asSidecar(),
    body: '{"from":"2026"}',
  })
  expect(answer.status).toBe(422)
})
