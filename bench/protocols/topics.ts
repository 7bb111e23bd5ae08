/** A topic of its own for each way in which events are delivered. */
export interface Topic {
  name: string
  /** Most in one delivery; 0: one by one. */
  bulk: number
  /** The sidecar passes on the bytes that were published, and does not read them. */
  isRaw: boolean
}

export interface ReceiverOptions {
  /** Where its sidecar finds it. */
  port: number
  /** Most events in one delivery. */
  bulk: number
}

/** By the app that hears of it. */
export const topics = {
  http: [
    { name: 'http-single', bulk: 0, isRaw: false },
    { name: 'http-bulk', bulk: 100, isRaw: false },
    { name: 'http-bulk-raw', bulk: 100, isRaw: true },
  ],
  h2c: [
    { name: 'h2c-single', bulk: 0, isRaw: false },
    { name: 'h2c-bulk', bulk: 100, isRaw: false },
  ],
  grpc: [
    { name: 'grpc-single', bulk: 0, isRaw: false },
    // A bulk of daprd's has two headers for each traced event, and Node takes no more than 128.
    { name: 'grpc-bulk', bulk: 50, isRaw: false },
    { name: 'grpc-bulk-raw', bulk: 100, isRaw: true },
  ],
  stream: [
    { name: 'stream', bulk: 0, isRaw: false },
    { name: 'stream-raw', bulk: 0, isRaw: true },
  ],
} satisfies Record<string, Topic[]>

export const pubsubName = 'pubsub'

/** As kit's consumer asks for it, but for `most`, which is 100 there. */
export function bulkSubscribeOf({ bulk }: Topic, most: number) {
  return { enabled: bulk > 0, maxMessagesCount: Math.min(bulk, most), maxAwaitDurationMs: 100 }
}
