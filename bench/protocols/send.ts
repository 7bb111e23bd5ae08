import { BulkPublishRequestSchema, Dapr } from '@dapr/dapr/proto/dapr/proto/runtime/v1/dapr_pb.js'
import type { PublishableEvent } from '@daguerre/kit/dapr'
import { Metadata } from '@grpc/grpc-js'
import { type Dispatcher, H2CClient, Pool } from 'undici'
import { askMethod, call, create, definitionOf, openClient } from './grpc.ts'
import { makeEvents, question } from './messages.ts'
import { pubsubName } from './topics.ts'

export interface SenderOptions {
  /** Of the own sidecar. */
  httpPort: number
  grpcPort: number
  token: string
  /** Most events in one call; an outbox's relay takes 100 and publishes one batch after the other. */
  bulk: number
  /** Of the app that is called past all sidecars. */
  directPort: number
}

export type Sender = (count: number) => Promise<void>

const inFlight = 16
const cloudEvents = 'application/cloudevents+json'
/** Published as it is: the sidecar does not read it. */
const raw = { rawPayload: 'true' }

/** Every way to publish and to call, by name. HTTP is asked as kit does, without its traces and metrics. */
export function createSenders({ httpPort, grpcPort, token, bulk, directPort }: SenderOptions): Record<string, Sender> {
  // To make events is kit's work, whatever takes them: the same ones go out again and again.
  const prepared = makeEvents(bulk)
  const pool = new Pool(`http://127.0.0.1:${httpPort}`, { connections: 32, keepAliveTimeout: 60_000 })
  const http2 = new H2CClient(`http://127.0.0.1:${httpPort}`, { pipelining: 100 })
  const direct = new Pool(`http://127.0.0.1:${directPort}`, { connections: 32, keepAliveTimeout: 60_000 })
  const grpc = openClient(grpcPort)

  async function post(dispatcher: Dispatcher, path: string, type: string, body: string): Promise<void> {
    const headers = { 'content-type': type, 'dapr-api-token': token }
    const answer = await dispatcher.request({ method: 'POST', path, headers, body })
    const text = await answer.body.text()
    if (answer.statusCode > 299) throw new Error(`${path}: status ${answer.statusCode}: ${text}`)
  }

  function publishBulkByHttp(topic: string, query = ''): Sender {
    return inBatches(async (events) => {
      const entries = events.map((event) => ({
        ...{ entryId: event.id, event, contentType: cloudEvents, metadata: { partitionKey: event['subject'] } },
      }))
      await post(pool, `/v1.0/publish/bulk/${pubsubName}/${topic}${query}`, 'application/json', JSON.stringify(entries))
    })
  }

  function inBatches(publish: (events: PublishableEvent[]) => Promise<void>): Sender {
    return async (count) => {
      for (let left = count; left > 0; left -= bulk) await publish(prepared.slice(0, left))
    }
  }

  const bulkPublish = definitionOf(Dapr.method.bulkPublishEventAlpha1)
  function publishBulkByGrpc(topic: string, metadata: Record<string, string>): Sender {
    return inBatches(async (events) => {
      const entries = events.map((event) => ({
        entryId: event.id,
        event: Buffer.from(JSON.stringify(event)),
        contentType: cloudEvents,
        metadata: { partitionKey: String(event['subject']) },
      }))
      const message = create(BulkPublishRequestSchema, { pubsubName, topic, entries, metadata })
      const { failedEntries } = await call(grpc, bulkPublish, message, metadataOf({ token }))
      if (failedEntries.length > 0) throw new Error(`${failedEntries.length} events were not taken`)
    })
  }

  function invokeByHttp(dispatcher: Dispatcher, app: string): Sender {
    return atOnce(() =>
      post(dispatcher, `/v1.0/invoke/${app}/method/internal/posts/states`, 'application/json', question),
    )
  }

  return {
    'publish-http-single': atOnce(() =>
      post(pool, `/v1.0/publish/${pubsubName}/published`, cloudEvents, JSON.stringify(prepared[0])),
    ),
    'publish-http-bulk': publishBulkByHttp('published'),
    'publish-http-bulk-raw': publishBulkByHttp('published', '?metadata.rawPayload=true'),
    'publish-grpc-bulk': publishBulkByGrpc('published', {}),
    'publish-grpc-bulk-raw': publishBulkByGrpc('published', raw),
    'invoke-http': invokeByHttp(pool, 'http'),
    'invoke-h2c-app': invokeByHttp(pool, 'h2c'),
    'invoke-h2c-both': invokeByHttp(http2, 'h2c'),
    'invoke-grpc': atOnce(async () => {
      await call(grpc, askMethod, Buffer.from(question), metadataOf({ token, app: 'grpc' }))
    }),
    'invoke-direct': atOnce(() => post(direct, '/internal/posts/states', 'application/json', question)),
  }
}

export function metadataOf({ token, app }: { token: string; app?: string }): Metadata {
  const metadata = new Metadata()
  metadata.set('dapr-api-token', token)
  if (app !== undefined) metadata.set('dapr-app-id', app)
  return metadata
}

/** So many side by side, as requests of people come. */
function atOnce(work: () => Promise<void>): Sender {
  return async (count) => {
    let left = count
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (left-- > 0) await work()
      }),
    )
  }
}
