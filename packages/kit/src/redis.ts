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
 * Connects to the Redis of `REDIS_URL`; with `REDIS_CLUSTER=true` that is a node of a cluster, which names the others. Commands of
 * one turn of the event loop go out together, to each node its own.
 */
export function openRedis(
  config: Pick<RedisConfig, 'REDIS_URL' | 'REDIS_CLUSTER'>,
  options: ConnectionOptions = {},
): RedisClient {
  const shared = { enableAutoPipelining: true, ...options }
  if (!config.REDIS_CLUSTER) return new Redis(config.REDIS_URL, shared)
  const { hostname, port, username, password, protocol } = new URL(config.REDIS_URL)
  const { enableOfflineQueue = true, enableAutoPipelining, retryStrategy, ...redisOptions } = shared
  return new Cluster([{ host: hostname, port: Number(port || 6379) }], {
    enableOfflineQueue,
    enableAutoPipelining,
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
