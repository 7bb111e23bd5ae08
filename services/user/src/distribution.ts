import { counterDistribution } from '@daguerre/kit/counters'
import { deadLetterDistribution } from '@daguerre/kit/dead-letters-postgres'
import { distribute } from '@daguerre/kit/distribution'
import { erasureDistribution } from '@daguerre/kit/erasures'
import { forgottenDistribution } from '@daguerre/kit/forget-events'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'
import { receiptDistribution } from '@daguerre/kit/receipts-postgres'

/** Where the rows of this service's tables would live in a database of several nodes: with the person. */
export const distribution = distribute(
  {
    tables: {
      profile: { by: 'id', of: 'person' },
      post_count: { by: 'author_id', of: 'person' },
      // With the follower, who follows 7,500 people at most: followers are without number.
      follow: { by: 'follower_id', of: 'person' },
      mute: { by: 'muter_id', of: 'person' },
      follow_request: { by: 'requester_id', of: 'person' },
      follow_request_version: { by: 'requester_id', of: 'person' },
      block: { by: 'blocker_id', of: 'person' },
      close_friend: { by: 'owner_id', of: 'person' },
      restriction: { by: 'owner_id', of: 'person' },
      hidden_words: { by: 'owner_id', of: 'person' },
    },
    allShards: {
      'people-by-name': {
        why: 'a username is looked up by an index in each shard; who asks often has the id, or caches it',
      },
      followers: {
        why: 'an edge is with its follower: of somebody whom millions follow, each shard has its part to give',
      },
      'requests-to': { why: 'as followers: a request is with who asks' },
      'due-requests': {
        why: 'a job: who asks an account that is private no longer',
        instead: 'the requests there are, then the accounts that they ask',
      },
      'blocks-of': {
        why: 'both sides of a block do without each other, and it is with one; once an hour a viewer, and for searches',
      },
      'close-friends-of': { why: 'whose close friend somebody is; once an hour a viewer' },
      suggestions: {
        why: 'friends of friends are everywhere, and so are those whom the most follow',
        instead:
          'the people found, then theirs and their profiles, a statement each; the most followed from a list that a job makes',
      },
      'of-a-person': {
        why: 'what others have set towards somebody who has left: each shard has its part, by an index',
      },
      search: { why: 'everybody may be meant' },
    },
  },
  counterDistribution('person'),
  outboxDistribution,
  erasureDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
