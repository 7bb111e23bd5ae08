import { createRequire } from 'node:module'
import type * as protobuf from '@bufbuild/protobuf' with { 'resolution-mode': 'require' }
import {
  type ChannelOptions,
  Client,
  credentials,
  type Metadata,
  type MethodDefinition,
  type ServiceDefinition,
} from '@grpc/grpc-js'

// As CommonJS, which the SDK's descriptions are: the types of the other build are not theirs.
export const { create, fromBinary, toBinary } = createRequire(import.meta.url)('@bufbuild/protobuf') as typeof protobuf

type DescMessage = protobuf.DescMessage
type MessageShape<S extends DescMessage> = protobuf.MessageShape<S>
type MethodOf<I extends DescMessage, O extends DescMessage> = protobuf.DescMethod & { input: I; output: O }

/** As long as daprd's --max-body-size. */
export const limits: ChannelOptions = { 'grpc.max_receive_message_length': 4 * 2 ** 20 }

/** A method of the SDK's generated descriptions, as grpc-js wants it. */
export function definitionOf<I extends DescMessage, O extends DescMessage>(
  method: MethodOf<I, O>,
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  const [ask, answer] = [codecOf(method.input), codecOf(method.output)]
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: /^(client|bidi)/.test(method.methodKind),
    responseStream: /^(server|bidi)/.test(method.methodKind),
    requestSerialize: ask.serialize,
    requestDeserialize: ask.deserialize,
    responseSerialize: answer.serialize,
    responseDeserialize: answer.deserialize,
  }
}

export function serviceOf(service: protobuf.DescService): ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, definitionOf(method)]))
}

function codecOf<S extends DescMessage>(schema: S) {
  return {
    serialize: (message: MessageShape<S>): Buffer => {
      const bytes = toBinary(schema, message)
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
    deserialize: (bytes: Buffer): MessageShape<S> => fromBinary(schema, bytes),
  }
}

function same(bytes: Buffer): Buffer {
  return bytes
}

/** The question between services with its JSON as it is: what gRPC itself costs, and no protobuf. */
export const askMethod: MethodDefinition<Buffer, Buffer> = {
  path: '/daguerre.bench.Posts/States',
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
}

export function openClient(port: number): Client {
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), limits)
}

export function call<I, O>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<I, O>,
  message: I,
  metadata: Metadata,
): Promise<O> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, metadata, (error, answer) => {
      if (error || answer === undefined) reject(error ?? new Error(`${path} has no answer`))
      else resolve(answer)
    })
  })
}
