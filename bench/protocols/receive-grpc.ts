import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf' with { 'resolution-mode': 'require' }
import {
  AppCallback,
  AppCallbackAlpha,
  ListInputBindingsResponseSchema,
  ListTopicSubscriptionsResponseSchema,
  type TopicEventBulkRequest,
  TopicEventBulkResponseSchema,
  type TopicEventCERequest,
  type TopicEventRequest,
  TopicEventResponse_TopicEventResponseStatus as Status,
  TopicEventResponseSchema,
} from '@dapr/dapr/proto/dapr/proto/runtime/v1/appcallback_pb.js'
import {
  Dapr,
  SubscribeTopicEventsRequestAlpha1Schema as Ask,
  type SubscribeTopicEventsResponseAlpha1,
} from '@dapr/dapr/proto/dapr/proto/runtime/v1/dapr_pb.js'
import {
  type Client,
  type handleUnaryCall,
  type Metadata,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { askMethod, create, definitionOf, limits, serviceOf } from './grpc.ts'
import type { Inbox } from './inbox.ts'
import { answerTo } from './messages.ts'
import { bulkSubscribeOf, pubsubName, type ReceiverOptions, type Topic } from './topics.ts'

type Request = NonNullable<MessageInitShape<typeof Ask>['subscribeTopicEventsRequestType']>

const decoder = new TextDecoder()
// The SDK's descriptions have it under its older name alone, which daprd tries only after the other.
const onBulkTopicEvent = {
  ...definitionOf(AppCallbackAlpha.method.onBulkTopicEventAlpha1),
  path: '/dapr.proto.runtime.v1.AppCallback/OnBulkTopicEvent',
}
const raw = { metadata: { rawPayload: 'true' } }

/** The app channel by gRPC: what the sidecar calls. */
export async function receiveByGrpc({ port, bulk }: ReceiverOptions, topics: Topic[], inbox: Inbox): Promise<void> {
  const server = new Server(limits)
  const subscriptions = topics.map((topic) => ({
    ...{ pubsubName, topic: topic.name, bulkSubscribe: bulkSubscribeOf(topic, bulk) },
    ...(topic.isRaw && raw),
  }))
  server.addService({ ...serviceOf(AppCallback), onBulkTopicEvent }, {
    listTopicSubscriptions: answering(() => create(ListTopicSubscriptionsResponseSchema, { subscriptions })),
    listInputBindings: answering(() => create(ListInputBindingsResponseSchema)),
    onTopicEvent: answering((request: TopicEventRequest) => {
      inbox.take(request.topic, eventOf(request, request.extensions))
      return create(TopicEventResponseSchema, { status: Status.SUCCESS })
    }),
    onBulkTopicEvent: answering(({ topic, entries }: TopicEventBulkRequest) => {
      for (const { event } of entries) {
        if (event.case === 'cloudEvent') inbox.take(topic, eventOf(event.value, event.value.extensions))
        if (event.case === 'bytes') inbox.take(topic, read(event.value))
      }
      const statuses = entries.map(({ entryId }) => ({ entryId, status: Status.SUCCESS }))
      return create(TopicEventBulkResponseSchema, { statuses })
    }),
  } satisfies UntypedServiceImplementation)
  server.addService(
    { states: askMethod },
    { states: answering((body: Buffer) => Buffer.from(JSON.stringify(answerTo(body.toString())))) },
  )
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

/** A subscription that the app opens itself, on the sidecar's own API. It ends with the process. */
export function receiveByStream(client: Client, metadata: Metadata, { name, isRaw }: Topic, inbox: Inbox): void {
  const { path, requestSerialize, responseDeserialize } = definitionOf(Dapr.method.subscribeTopicEventsAlpha1)
  const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata)
  function send(type: Request): void {
    stream.write(create(Ask, { subscribeTopicEventsRequestType: type }))
  }
  stream.on('data', ({ subscribeTopicEventsResponseType: type }: SubscribeTopicEventsResponseAlpha1) => {
    if (type.case !== 'eventMessage') return
    const { id, data, extensions } = type.value
    inbox.take(name, isRaw ? read(data) : eventOf(type.value, extensions))
    send({ case: 'eventProcessed', value: { id, status: { status: Status.SUCCESS } } })
  })
  const value = { pubsubName, topic: name, ...(isRaw && raw) }
  send({ case: 'initialRequest', value })
}

/** The CloudEvent put together again: what gRPC has no field for lies among the extensions. */
function eventOf(
  { id, source, type, data }: Pick<TopicEventCERequest, 'id' | 'source' | 'type' | 'data'>,
  extensions: JsonObject | undefined,
): Record<string, unknown> {
  return { ...extensions, id, source, type, data: read(data) }
}

function read(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(decoder.decode(bytes)) as Record<string, unknown>
}

function answering<I, O>(handle: (request: I) => O): handleUnaryCall<I, O> {
  return (call, callback) => callback(null, handle(call.request))
}
