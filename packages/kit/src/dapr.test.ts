import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hc } from 'hono/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { runInContext } from './context.ts'
import { createDapr, type Dapr, DaprError, NeighbourError, read } from './dapr.ts'
import { createHttpApp, createRoute } from './http.ts'
import { silentLogger } from './log.ts'
import { testConfig } from './testing.ts'

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

let server: Server
let dapr: Dapr
let seen: Seen[]
let answer: { status: number; body: string; delayMs?: number; headers?: Record<string, string> }

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      setTimeout(() => {
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
        response.end(answer.body)
      }, answer.delayMs ?? 0)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  dapr = createDapr({ config: testConfig({ DAPR_HTTP_PORT: (server.address() as AddressInfo).port }) })
})

afterAll(async () => {
  await dapr.close()
  server.closeAllConnections()
  server.close()
})

beforeEach(() => {
  seen = []
  answer = { status: 200, body: '{"items":[]}' }
})

const Answer = z.object({ items: z.array(z.object({ id: z.string() })) })
const _typed = createHttpApp({ config: testConfig(), log: silentLogger() }).openapi(
  createRoute({
    method: 'post',
    path: '/internal/people',
    request: {
      body: { required: true, content: { 'application/json': { schema: z.object({ ids: z.array(z.string()) }) } } },
    },
    responses: { 200: { description: 'ok', content: { 'application/json': { schema: Answer } } } },
  }),
  (c) => c.json({ items: [] }, 200),
)
type Api = typeof _typed

function people(timeoutMs?: number) {
  const client = hc<Api>('http://invoke', { fetch: dapr.fetchTo('user', timeoutMs === undefined ? {} : { timeoutMs }) })
  return read(client.internal.people.$post({ json: { ids: ['a'] } }), Answer)
}

test('an invocation goes through the sidecar with token, trace and request id, and its answer is parsed', async () => {
  answer.body = '{"items":[{"id":"a","more":1}]}'
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  expect(await runInContext({ requestId: 'req-1', span }, () => people())).toEqual({ items: [{ id: 'a' }] })
  expect(seen).toMatchObject([
    {
      method: 'POST',
      url: '/v1.0/invoke/user/method/internal/people',
      body: '{"ids":["a"]}',
      headers: { 'dapr-api-token': 'test-dapr-api-token', 'x-request-id': 'req-1', 'content-type': 'application/json' },
    },
  ])
  expect(seen[0]!.headers.traceparent).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  )
})

test.each([
  [500, '{}', true],
  [429, '{}', true],
  [404, '{}', false],
  [403, '{}', false],
  [200, '{"items":7}', true],
  [200, 'no json', true],
])('an answer %i %s is a NeighbourError', async (status, body, retryable) => {
  answer = { status, body }
  const error: unknown = await people().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(NeighbourError)
  expect(error).toMatchObject({ app: 'user', retryable })
})

test('a neighbour that is too slow, and a sidecar that is not there, are NeighbourErrors', async () => {
  answer.delayMs = 1000
  const since = performance.now()
  const slow: unknown = await people(50).catch((thrown: unknown) => thrown)
  expect(slow).toMatchObject({ name: 'NeighbourError', app: 'user', status: 0, retryable: true })
  expect(performance.now() - since).toBeLessThan(800)

  const nowhere = createDapr({ config: testConfig({ DAPR_HTTP_PORT: 1 }) })
  const answerless = read(nowhere.fetchTo('user')('http://invoke/x'), Answer)
  await expect(answerless).rejects.toMatchObject({ name: 'NeighbourError', status: 0 })
  await expect(nowhere.healthy()).rejects.toBeInstanceOf(DaprError)
  await expect(nowhere.publish('t', { id: '1' })).rejects.toBeInstanceOf(DaprError)
  await expect(nowhere.state.getBulk(['a'])).rejects.toBeInstanceOf(DaprError)
  await nowhere.close()
})

test('what is asked with a second try is asked again where there was no answer, and not where there was one', async () => {
  answer.delayMs = 1000
  const ask = dapr.fetchTo('user', { timeoutMs: 50, tries: 2 })
  const options = { method: 'POST', body: '{}' }
  await expect(ask('http://invoke/x', options)).rejects.toMatchObject({ name: 'NeighbourError', status: 0 })
  expect(seen).toHaveLength(2)

  answer = { status: 500, body: '' }
  expect((await ask('http://invoke/x', options)).status).toBe(500)
  expect(seen).toHaveLength(3)
})

test('events are published in bulk as complete CloudEvents', async () => {
  answer = { status: 204, body: '' }
  const events = [
    { id: 'a', specversion: '1.0' },
    { id: 'b', specversion: '1.0', subject: 'p1' },
  ]
  expect(await dapr.publishBulk('note', events)).toEqual({ failed: [] })
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1.0/publish/bulk/pubsub/note' })
  expect(JSON.parse(seen[0]!.body)).toEqual(
    events.map((event) => ({
      ...{ entryId: event.id, event, contentType: 'application/cloudevents+json' },
      ...(event.subject !== undefined && { metadata: { partitionKey: 'p1' } }),
    })),
  )
  expect(await dapr.publishBulk('note', [])).toEqual({ failed: [] })
  expect(seen).toHaveLength(1)
})

test('failures of single entries are told apart from the failure of all', async () => {
  const events = [{ id: 'a' }, { id: 'b' }]
  answer = {
    status: 500,
    body: '{"failedEntries":[{"entryId":"b","error":"x"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}',
  }
  expect(await dapr.publishBulk('note', events)).toEqual({ failed: ['b'] })
  answer.body = '{"failedEntries":[{"entryId":"a"},{"entryId":"b"}]}'
  await expect(dapr.publishBulk('note', events)).rejects.toMatchObject({ name: 'DaprError', status: 500 })
  answer = { status: 404, body: '{"errorCode":"ERR_PUBSUB_NOT_FOUND"}' }
  await expect(dapr.publishBulk('note', events)).rejects.toMatchObject({ name: 'DaprError', status: 404 })
})

test('state is read, saved with a lifetime, and deleted in bulk', async () => {
  answer.body = '[{"key":"a","data":{"v":1},"etag":"1"},{"key":"b"}]'
  expect(await dapr.state.getBulk(['a', 'b'])).toEqual(new Map([['a', { v: 1 }]]))
  answer = { status: 204, body: '' }
  await dapr.state.saveBulk([{ key: 'a', value: { v: 1 } }], { ttlInSeconds: 1.2 })
  await dapr.state.deleteBulk(['a'])
  expect(seen.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ['/v1.0/state/statestore/bulk', { keys: ['a', 'b'], parallelism: 20 }],
    ['/v1.0/state/statestore', [{ key: 'a', value: { v: 1 }, metadata: { ttlInSeconds: '2' } }]],
    ['/v1.0/state/statestore/transaction', { operations: [{ operation: 'delete', request: { key: 'a' } }] }],
  ])
  answer = { status: 500, body: '{"errorCode":"x"}' }
  await expect(dapr.state.saveBulk([{ key: 'a', value: 1 }], { ttlInSeconds: 1 })).rejects.toBeInstanceOf(DaprError)
  await expect(dapr.state.getBulk(['a'])).rejects.toBeInstanceOf(DaprError)
})
