import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createConsumer, on } from './consumer.ts'
import { createDapr } from './dapr.ts'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { formatTraceparent, inSpan, parseTraceparent, startSpan, startTelemetry } from './telemetry.ts'
import { asSidecar, cloudEvent, memoryDeadLetters, testConfig } from './testing.ts'

type OtlpSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  status: { code?: number }
}

let server: Server
let base: string
const otlp: OtlpSpan[] = []
const zipkin: { traceId: string; name: string }[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      if (request.url === '/v1/traces') {
        const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] }
        otlp.push(...body.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)))
      } else if (request.url === '/api/v2/spans') {
        zipkin.push(...(JSON.parse(text) as typeof zipkin))
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('traceparent is read and written as W3C says', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  expect(formatTraceparent(parseTraceparent(good)!)).toBe(good)
  expect(parseTraceparent('cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more')).toBeDefined()
  for (const bad of [
    undefined,
    '',
    '00-0-0-01',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    `${good}-more`,
  ]) {
    expect(parseTraceparent(bad)).toBeUndefined()
  }
})

test('without an exporter spans still are a chain of ids, and nothing is loaded', async () => {
  const stop = await startTelemetry({ service: 'post' })
  await inSpan('outer', { kind: 'internal' }, async (outer) => {
    await inSpan('inner', { kind: 'internal' }, async (inner) => {
      expect(inner.context.traceId).toBe(outer.context.traceId)
      expect(inner.context.spanId).not.toBe(outer.context.spanId)
    })
    expect(startSpan('own', { kind: 'internal', root: true }).context.traceId).not.toBe(outer.context.traceId)
  })
  await stop()
  expect(otlp).toEqual([])
})

test('server, invocation, publication and consumption are exported as one trace, by OTLP and Zipkin', async () => {
  const stop = await startTelemetry({
    service: 'post',
    otlpEndpoint: base,
    zipkinEndpoint: `${base}/api/v2/spans`,
    delayMs: 10,
  })
  const config = testConfig({ DAPR_HTTP_PORT: Number(new URL(base).port) })
  const dapr = createDapr({ config })
  const log = silentLogger()
  const app = createHttpApp({ config, log })
  const noted = { topic: 'note', type: 'noted', data: z.any() }
  createConsumer({
    app,
    appId: 'feed',
    pubsubName: 'pubsub',
    subscriptions: [on(noted, async () => Promise.reject(new Error('no')))],
    deadLetters: memoryDeadLetters(),
    log,
  })
  app.get('/work', async (c) => {
    await dapr.fetchTo('user')('http://invoke/x')
    await dapr.publish('note', { id: '1' })
    return c.text('ok')
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await app.request('/work', { headers: { traceparent } })
  const event = { ...cloudEvent('post', { ...noted, subject: 's', version: 1, data: {} }), traceparent }
  await app.request('/events/note', { method: 'POST', headers: asSidecar(), body: JSON.stringify(event) })
  await stop()
  await dapr.close()

  const mine = otlp.filter((span) => span.traceId === '0af7651916cd43dd8448eb211c80319c')
  const named = new Map(mine.map((span) => [span.name, span]))
  expect([...named.keys()].toSorted()).toEqual(['GET /work', 'consume noted', 'invoke user', 'publish note'])
  const server = named.get('GET /work')!
  expect(server).toMatchObject({ parentSpanId: 'b7ad6b7169203331', kind: 2 })
  expect(named.get('invoke user')).toMatchObject({ parentSpanId: server.spanId, kind: 3 })
  expect(named.get('publish note')).toMatchObject({ parentSpanId: server.spanId, kind: 4 })
  expect(named.get('consume noted')).toMatchObject({ parentSpanId: 'b7ad6b7169203331', kind: 5, status: { code: 2 } })
  expect(zipkin.filter((span) => span.traceId === server.traceId)).toHaveLength(4)
})

test('a caller that does not record is followed', async () => {
  otlp.length = 0
  const stop = await startTelemetry({ service: 'post', otlpEndpoint: base, delayMs: 10 })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
  const span = startSpan('x', { kind: 'server', traceparent })
  expect(formatTraceparent(span.context)).toMatch(/-00$/)
  span.end()
  await stop()
  expect(otlp).toEqual([])
})
