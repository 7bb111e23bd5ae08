import { distribute } from '@daguerre/kit/distribution'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'

/** Where the rows of this service's tables would live in a database of several nodes. */
export const distribution = distribute(
  {
    tables: { media: { by: 'id', of: 'media' } },
    allShards: {
      queue: {
        why: 'the queue is an index over all photos, of those few that wait',
        instead: 'which photo, then the same for that one, if it still waits',
      },
      housekeeping: {
        why: 'jobs: uploads that nobody completed, and what failed ones left',
        instead: 'which uploads, then the same for each of them',
      },
    },
  },
  outboxDistribution,
  idempotencyDistribution,
)
