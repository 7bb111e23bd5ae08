import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomOf } from './random.ts'

export type Disturbance = 'double' | 'disorder'

export interface DeliveryProxy {
  /** Listens for what an app sends to its sidecar. Returns the port. */
  listen(sidecarPort: () => number): Promise<number>
  disturb(disturbance: Disturbance): void
  /** Ends all disturbances, and lets go at once of what is held back. */
  calm(): void
  /** How many events are held back. */
  held(): number
  /** How many events were sent twice, and how many late, since the start. */
  counts(): { doubled: number; delayed: number }
  close(): Promise<void>
}

const share = 0.5

/**
 * Stands between services and their sidecars and passes everything on. Disturbed, it publishes half of the events twice,
 * the second time up to three seconds later, or takes half of them and publishes each after a time of its own: older events
 * come after newer ones. What it has taken it publishes, however often the sidecar refuses.
 */
export function createDeliveryProxy({ longestDelayMs = 3000 } = {}): DeliveryProxy {
  const random = randomOf(1)
  const agent = new Agent({ keepAlive: true })
  const servers: Server[] = []
  const disturbances = new Set<Disturbance>()
  const closing = new AbortController()
  let calming = new AbortController()
  let held = 0
  let doubled = 0
  let delayed = 0

  async function later(port: () => number, asked: IncomingMessage, event: unknown): Promise<void> {
    held++
    await sleep(random.next() * longestDelayMs, null, { signal: calming.signal }).catch(() => {})
    while (!closing.signal.aborted) {
      const status = await send(port(), asked, Buffer.from(JSON.stringify([event]))).catch(() => 0)
      if (status >= 200 && status <= 299) break
      await sleep(300)
    }
    held--
  }

  function send(port: number, asked: IncomingMessage, body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { ...asked.headers, 'content-length': String(body.length) }
      const { method, url: path } = asked
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
      })
      outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('The sidecar does not answer.')))
      outgoing.once('error', reject).end(body)
    })
  }

  async function publish(port: () => number, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const events = JSON.parse((await bodyOf(asked)).toString()) as unknown[]
    const delay = disturbances.has('disorder') ? events.filter(() => random.chance(share)) : []
    const double = disturbances.has('double') ? events.filter(() => random.chance(share)) : []
    const rest = events.filter((event) => !delay.includes(event))
    const status = rest.length === 0 ? 204 : await send(port(), asked, Buffer.from(JSON.stringify(rest)))
    // Of what was not taken the relay sends all again, so nothing of it may be taken here.
    if (status <= 299) {
      for (const event of [...delay, ...double]) void later(port, asked, event)
      delayed += delay.length
      doubled += double.length
    }
    answer.writeHead(status).end()
  }

  function handle(port: () => number, asked: IncomingMessage, answer: ServerResponse): void {
    if (disturbances.size > 0 && asked.url?.startsWith('/v1.0/publish/bulk/')) {
      publish(port, asked, answer).catch(() => answer.destroy())
      return
    }
    const { method, url: path, headers } = asked
    const outgoing = request({ host: '127.0.0.1', port: port(), method, path, headers, agent }, (incoming) => {
      answer.writeHead(incoming.statusCode ?? 502, incoming.headers)
      incoming.pipe(answer)
      incoming.once('error', () => answer.destroy())
    })
    outgoing.once('error', () => answer.destroy())
    answer.once('close', () => outgoing.destroy())
    asked.pipe(outgoing)
  }

  return {
    async listen(sidecarPort) {
      const server = createServer((asked, answer) => handle(sidecarPort, asked, answer))
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return (server.address() as AddressInfo).port
    },
    disturb: (disturbance) => void disturbances.add(disturbance),
    calm() {
      disturbances.clear()
      calming.abort()
      calming = new AbortController()
    },
    held: () => held,
    counts: () => ({ doubled, delayed }),
    async close() {
      closing.abort()
      calming.abort()
      agent.destroy()
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

async function bodyOf(asked: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of asked) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
