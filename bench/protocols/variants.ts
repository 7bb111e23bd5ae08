import { topics } from './topics.ts'

export interface Variant {
  title: string
  /** Of one round. */
  units: number
  /** What the caller is told to send, or the topic that is filled for who listens to it. */
  by: { send: string } | { deliver: string; to: 'http' | 'h2c' | 'grpc' }
}

export interface Group {
  title: string
  unit: string
  /** The first one is what kit does; the others are held against it. */
  variants: Variant[]
}

export interface Way {
  title: string
  parts: Variant[]
}

const many = 20_000
const some = 5000

const publish = {
  bulk: send('HTTP in bulk (kit)', 'publish-http-bulk', many),
  bulkRaw: send('HTTP in bulk, raw', 'publish-http-bulk-raw', many),
  grpc: send('gRPC in bulk', 'publish-grpc-bulk', many),
  grpcRaw: send('gRPC in bulk, raw', 'publish-grpc-bulk-raw', many),
  single: send('HTTP one by one', 'publish-http-single', some),
}

const deliver = {
  bulk: receive('HTTP in bulk (kit)', 'http-bulk', many),
  bulkRaw: receive('HTTP in bulk, raw', 'http-bulk-raw', many),
  h2c: receive('h2c in bulk', 'h2c-bulk', many),
  grpc: receive('gRPC in bulk', 'grpc-bulk', many),
  grpcRaw: receive('gRPC in bulk, raw', 'grpc-bulk-raw', many),
  stream: receive('streaming subscription', 'stream', some),
  streamRaw: receive('streaming subscription, raw', 'stream-raw', some),
  single: receive('HTTP one by one', 'http-single', some),
  h2cSingle: receive('h2c one by one', 'h2c-single', some),
  grpcSingle: receive('gRPC one by one', 'grpc-single', some),
}

export const groups: Group[] = [
  { title: 'publish', unit: 'event', variants: Object.values(publish) },
  { title: 'deliver', unit: 'event', variants: Object.values(deliver) },
  {
    title: 'invoke',
    unit: 'call',
    variants: [
      send('HTTP/1.1 (kit)', 'invoke-http', some),
      send('h2c to the app', 'invoke-h2c-app', some),
      send('h2c to sidecar and app', 'invoke-h2c-both', some),
      send('gRPC, proxied', 'invoke-grpc', some),
      send('past the sidecars, HTTP/1.1', 'invoke-direct', some),
    ],
  },
]

/** An event's whole way: what is adopted would be one of these. */
export const ways: Way[] = [
  { title: 'HTTP in bulk (kit)', parts: [publish.bulk, deliver.bulk] },
  { title: 'HTTP in bulk, raw', parts: [publish.bulkRaw, deliver.bulkRaw] },
  { title: 'gRPC in bulk', parts: [publish.grpc, deliver.grpc] },
  { title: 'gRPC in bulk, raw', parts: [publish.grpcRaw, deliver.grpcRaw] },
  { title: 'gRPC in bulk, raw; HTTP in bulk, raw', parts: [publish.grpcRaw, deliver.bulkRaw] },
  { title: 'gRPC in bulk; streaming subscription', parts: [publish.grpc, deliver.stream] },
]

function send(title: string, name: string, units: number): Variant {
  return { title, units, by: { send: name } }
}

function receive(title: string, topic: string, units: number): Variant {
  const owner = (['http', 'h2c', 'grpc'] as const).find((app) => topics[app].some(({ name }) => name === topic))
  return { title, units, by: { deliver: topic, to: owner ?? 'http' } }
}
