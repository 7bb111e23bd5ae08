import { counterDistribution } from '@daguerre/kit/counters'
import { deadLetterDistribution } from '@daguerre/kit/dead-letters-postgres'
import { distribute } from '@daguerre/kit/distribution'
import { erasureDistribution } from '@daguerre/kit/erasures'
import { forgottenDistribution } from '@daguerre/kit/forget-events'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'
import { receiptDistribution } from '@daguerre/kit/receipts-postgres'

/** Where the rows of this service's tables would live in a database of several nodes: with the post. */
export const distribution = distribute(
  {
    tables: {
      post_ref: { by: 'post_id', of: 'post' },
      post_like: { by: 'post_id', of: 'post' },
      // Not with the person: whether I saved each post of a page is asked a thousand times for one look at what I saved.
      saved_post: { by: 'post_id', of: 'post' },
      comment: { by: 'post_id', of: 'post' },
      comment_like: { by: 'comment_id', of: 'comment' },
    },
    allShards: {
      'comment-by-id': { why: 'paths name a comment alone; once it is found, its post is asked' },
      'held-comments': { why: 'what waits for somebody is with their posts: few, by an index' },
      'unjudged-comments': {
        why: 'a job: what was said while user did not answer, by an index that is mostly empty',
        instead: 'the same, of each of them',
      },
      'saved-posts': { why: 'what somebody saved is with the posts: each shard gives the newest, by an index' },
      marks: {
        why: 'what somebody has done is with the posts: once an hour for each viewer, each shard gives the newest, by an index',
      },
      'of-a-person': {
        why: 'what somebody who has left had done is with the posts: each shard has its part, by an index',
      },
      'personal-data': {
        why: 'what somebody takes along is with the posts: once in a while, each shard gives theirs, by an index',
      },
      'tell-counts': {
        why: 'a job: which counters have changed only the counters know',
        instead: 'which counters, then the same for each of them',
      },
      'compare-counters': {
        why: 'a job that goes through all counters, in order',
        instead: 'which subjects, then the same for each of them',
      },
      'deleted-posts': {
        why: 'a job: the next deleted post to clear',
        instead: 'which post, then the same for that one',
      },
    },
  },
  // A comment's counters are by its own id.
  counterDistribution('post'),
  outboxDistribution,
  erasureDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
