import { deadLetterDistribution } from '@daguerre/kit/dead-letters-postgres'
import { distribute } from '@daguerre/kit/distribution'
import { erasureDistribution } from '@daguerre/kit/erasures'
import { forgottenDistribution } from '@daguerre/kit/forget-events'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'
import { receiptDistribution } from '@daguerre/kit/receipts-postgres'

/** Where the rows of this service's tables would live in a database of several nodes. */
export const distribution = distribute(
  {
    tables: {
      media: { by: 'id', of: 'media' },
      photo_block: { everywhere: 'few, and each photo that becomes ready is held against all of them' },
      transfer: { local: 'few, and a queue' },
      transfer_omission: { local: 'with its transfer' },
    },
    allShards: {
      queue: {
        why: 'the queue is an index over all photos, of those few that wait',
        instead: 'which photo, then the same for that one, if it still waits',
      },
      'media-of-a-person': {
        why: 'a photo is with its id, by which it is read; once in a while each shard gives those of a person, by an index',
      },
      'photos-alike': { why: 'moderators have blocked a photo: once for each, all photos are held against it' },
      'photos-without-hash': { why: 'a job: by an index, the photos of before whose hash is not known yet' },
      'stored-answers': { why: 'of somebody who has left: whatever they made within a day' },
      housekeeping: {
        why: 'jobs: uploads that nobody completed, and what failed ones left',
        instead: 'which uploads, then the same for each of them',
      },
    },
  },
  outboxDistribution,
  erasureDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
