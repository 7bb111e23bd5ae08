import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisConfig } from './config.ts'

/** One Redis, or a cluster of them: the same commands, as long as the keys of each lie in one hash slot. */
export type RedisClient = Redis | Cluster

export type ConnectionOptions = Pick<
  RedisOptions,
  | 'autoResubscribe'
  | 'commandTimeout'
  | 'connectTimeout'
  | 'enableOfflineQueue'
  | 'maxRetriesPerRequest'
  | 'retryStrategy'
>

/** For a connection whose commands fail, rather than wait, while Redis is away, and after `commandTimeout` (ms) while it is slow. */
export function failFast(commandTimeout: number): ConnectionOptions {
  return { commandTimeout, enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: reconnectAfterMs }
}

export function reconnectAfterMs(attempt: number): number {
  return Math.min(attempt * 100, 2_000)
}

/**
 * Connects to the Redis of `REDIS_URL`; with `REDIS_CLUSTER=true` that is a node of a cluster, which names the others. There the
 * commands of one turn of the event loop go out together, to each node its own. One Redis is sent each by itself: to collect them
 * costs a fifth of a page of a feed. Whoever has many at once has `sendTogether`, or a script.
 */
export function openRedis(
  config: Pick<RedisConfig, 'REDIS_URL' | 'REDIS_CLUSTER'>,
  options: ConnectionOptions = {},
): RedisClient {
  if (!config.REDIS_CLUSTER) return new Redis(config.REDIS_URL, options)
  const { hostname, port, username, password, protocol } = new URL(config.REDIS_URL)
  const { enableOfflineQueue = true, retryStrategy, ...redisOptions } = options
  return new Cluster([{ host: hostname, port: Number(port || 6379) }], {
    enableOfflineQueue,
    enableAutoPipelining: true,
    // What a node that is gone had is missed for as long as the cluster needs to notice; until then nobody waits for it.
    maxRedirections: 3,
    ...(retryStrategy && { clusterRetryStrategy: (attempt) => retryStrategy(attempt) ?? null }),
    redisOptions: {
      ...redisOptions,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  })
}

/** A command, or a script that was defined as one, with its arguments. */
export type Command = readonly [name: string, ...args: (string | number)[]]

/** Sends them in one go, to each node of a cluster its own; they are done when it resolves. @throws the first error */
export async function sendTogether(redis: RedisClient, commands: readonly Command[]): Promise<void> {
  if (redis.isCluster || commands.length < 2) {
    const send = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>
    await Promise.all(commands.map(([name, ...args]) => send[name]!(...args)))
    return
  }
  const results = await redis.pipeline(commands.map((command) => [...command])).exec()
  for (const [error] of results ?? []) if (error) throw error
}
