import { Readable } from 'node:stream'
import { Pool, type Dispatcher } from 'undici'

export interface Upstreams {
  /** Sends to one instance of the service; one that cannot be reached is passed over while others answer. */
  request(
    service: string,
    options: Dispatcher.RequestOptions,
    how?: { stream: boolean },
  ): Promise<Dispatcher.ResponseData>
  services: string[]
  close(): Promise<void>
}

interface Instance {
  pool: Pool
  /** Open event streams and uploads: hundreds that stay for minutes must not take the connections of all others. */
  streams: Pool
  /** Not asked before this time after a failed connection. */
  restUntil: number
}

const restMs = 2_000
/**
 * Shorter than an instance that ends serves on (SHUTDOWN_LINGER_SECONDS, 10 s in the cluster), so that none closes a
 * connection that is still in a pool here. The largest counts: without it an instance's own hint (65 s) would.
 */
const idleMs = 4_000
/** A Service gives out connections, not requests: only a new one finds a new replica. What is in work is ended first. */
const oldestMs = 30_000

const refused = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
])

/**
 * Keep-alive pools to the services' instances, taken in turn. A request that found no connection is sent to the next
 * instance if its body has not been touched; nothing that may have been received is ever sent twice unless it is a GET.
 */
export function createUpstreams(urls: Record<string, string[]>, { clientTtl = oldestMs } = {}): Upstreams {
  const services = new Map<string, { instances: Instance[]; next: number }>()
  for (const [service, list] of Object.entries(urls)) {
    const options = {
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      clientTtl,
      connectTimeout: 2_000,
      pipelining: 1,
    }
    const instances = list.map((url) => ({
      pool: new Pool(url, { ...options, connections: 128 }),
      streams: new Pool(url, { ...options, connections: null }),
      restUntil: 0,
    }))
    services.set(service, { instances, next: 0 })
  }

  function order(service: string): Instance[] {
    const entry = services.get(service)
    if (!entry) throw new Error(`no upstream for ${service}: set UPSTREAM_${service.toUpperCase()}`)
    const now = Date.now()
    const awake = entry.instances.filter((instance) => instance.restUntil <= now)
    const instances = awake.length > 0 ? awake : entry.instances
    const start = entry.next++ % instances.length
    return [...instances.slice(start), ...instances.slice(0, start)]
  }

  return {
    services: [...services.keys()],
    async request(service, options, { stream } = { stream: false }) {
      const instances = order(service)
      let failure: unknown
      for (const instance of instances) {
        try {
          return await (stream ? instance.streams : instance.pool).request(options)
        } catch (error) {
          failure = error
          const code = (error as NodeJS.ErrnoException).code ?? ''
          const streamed = options.body instanceof Readable
          // This reset may as well be the client's, who left in the middle of an upload.
          if (!refused.has(code) || (streamed && code === 'ECONNRESET')) throw error
          instance.restUntil = Date.now() + restMs
          const unsent = code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT'
          if (streamed || !(unsent || options.method === 'GET' || options.method === 'HEAD')) throw error
        }
      }
      throw failure
    },
    async close() {
      await Promise.all(
        [...services.values()].flatMap(({ instances }) =>
          instances.flatMap(({ pool, streams }) => [pool.close(), streams.close()]),
        ),
      )
    },
  }
}
