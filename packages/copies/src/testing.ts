import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import { type Copies, createCopies, createHolds, type Holds } from './copies.ts'
import { createPhotoGrants, type PhotoGrants } from './photo-grants.ts'

export interface TestCopies {
  redis: RedisClient
  copies: Copies
  holds: Holds
  grants: PhotoGrants
  /** Fails the test: in it Redis answers. */
  onError: (error: unknown) => void
  close: () => void
}

/** The copies of services in the Redis of TEST_REDIS_URL, which tests share: ids are new in each. Call `close` at the end. */
export function openTestCopies(): TestCopies {
  const redis = openRedis({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false })
  function onError(error: unknown): void {
    throw error
  }
  return {
    ...{ redis, copies: createCopies(redis), holds: createHolds({ redis, onError }), onError },
    grants: createPhotoGrants({ redis, onError }),
    close: () => redis.disconnect(),
  }
}
