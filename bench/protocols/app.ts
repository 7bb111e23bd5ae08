import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { openClient } from './grpc.ts'
import { Inbox } from './inbox.ts'
import { receiveByGrpc, receiveByStream } from './receive-grpc.ts'
import { receiveByHttp } from './receive-http.ts'
import { createSenders, metadataOf, type SenderOptions } from './send.ts'
import { type ReceiverOptions, topics } from './topics.ts'

/** What an app is started with, in APP_OPTIONS. */
export interface AppOptions extends SenderOptions, ReceiverOptions {
  id: 'caller' | 'http' | 'h2c' | 'grpc'
  /** Where the bench finds it: one request for each measurement. */
  controlPort: number
}

/** What the bench asks of an app. */
export type Order =
  | { send: string; count: number }
  | { expect: string; count: number }
  | { await: string }
  | { stream: true }

const options = JSON.parse(process.env['APP_OPTIONS'] ?? '{}') as AppOptions
const inbox = new Inbox()
const senders = createSenders(options)

async function obey(order: Order): Promise<void> {
  if ('send' in order) await senders[order.send]!(order.count)
  else if ('expect' in order) inbox.expect(order.expect, order.count)
  else if ('await' in order) await inbox.arrived(order.await)
  else {
    const client = openClient(options.grpcPort)
    for (const topic of topics.stream) receiveByStream(client, metadataOf(options), topic, inbox)
  }
}

async function answer(request: IncomingMessage): Promise<[number, string]> {
  try {
    await obey(JSON.parse(await text(request)) as Order)
    return [200, '']
  } catch (error) {
    return [500, String(error)]
  }
}

if (options.id === 'grpc') await receiveByGrpc(options, topics.grpc, inbox)
else if (options.id !== 'caller') await receiveByHttp(options, options.id, topics[options.id], inbox)
const control = createServer((request, response) => {
  void answer(request).then(([status, body]) => response.writeHead(status).end(body))
})
control.listen(options.controlPort, '127.0.0.1')
await once(control, 'listening')
