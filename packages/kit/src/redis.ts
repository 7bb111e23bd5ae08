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

/**
 * Connects to the Redis of `REDIS_URL`; with `REDIS_CLUSTER=true` that is a node of a cluster, which names the others. There the
 * commands of one turn of the event loop go out together, to each node its own. One Redis is sent each by itself: to collect them
 * costs a fifth of a page of a feed. Whoever has many at once sends a pipeline or a script.
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
