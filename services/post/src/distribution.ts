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
      post: { by: 'id', of: 'post' },
      post_media: { by: 'post_id', of: 'post' },
      post_tag: { by: 'post_id', of: 'post' },
      post_check: { by: 'post_id', of: 'post' },
      post_edit: { by: 'post_id', of: 'post' },
      engagement: { by: 'post_id', of: 'post' },
      author_stats: { by: 'author_id', of: 'person' },
      media: { by: 'media_id', of: 'media' },
      tag: { everywhere: 'as many as there are words, seldom a new one, and read with the counters of all' },
    },
    allShards: {
      'global-feed': { why: 'the newest of all: the first of each shard, by the index on id' },
      explore: {
        why: 'the highest of all: the first of each shard, by the index on rank; feed keeps what it gets for a while',
      },
      'posts-of-an-author': {
        why: 'a post is with its id, by which it is read most; each shard gives its newest of the author, by an index',
      },
      'posts-of-authors': {
        why: 'as those of one, for a timeline that is built and for pages beyond it',
        instead: 'a table of the ids by author, which those of one would be read from too',
      },
      'posts-of-a-tag': { why: 'as those of an author' },
      'tags-of-an-author': { why: 'once for each time that an account is opened or closed to others' },
      'unknown-authors': { why: 'a job: authors of whose account nothing was told yet; mostly none, by an index' },
      'author-by-name': { why: 'a username is looked up by an index in each shard' },
      'unused-tags': {
        why: 'a job: which tags count nothing only the counters know, and which of these are used all the same only the posts; seldom more than a few',
        instead: 'those that count nothing, a page after the other, then which of them are used',
      },
      'media-of-a-person': { why: 'of somebody who has left: each shard forgets its part, by an index' },
      'stored-answers': { why: 'of somebody who has left: whatever they made within a day' },
      'search-tags': { why: 'the counters of all tags that begin so' },
      'posts-of-a-media': { why: 'once for each photo that is ready: which posts wait for it' },
      'due-checks': {
        why: 'a job, for new posts about which somebody outside is asked',
        instead: 'which one, then the same for that one, if it still waits',
      },
      'waiting-media': {
        why: 'a job, for posts that have waited for a minute',
        instead: 'posts that wait, then which of their media are known',
      },
      'told-counts': {
        why: 'the counts of a hundred posts, which come in one event, in one statement',
        instead: 'post by post',
      },
    },
  },
  counterDistribution('tag'),
  outboxDistribution,
  erasureDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
