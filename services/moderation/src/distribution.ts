import { deadLetterDistribution } from '@daguerre/kit/dead-letters-postgres'
import { distribute } from '@daguerre/kit/distribution'
import { erasureDistribution } from '@daguerre/kit/erasures'
import { forgottenDistribution } from '@daguerre/kit/forget-events'
import { idempotencyDistribution } from '@daguerre/kit/idempotency'
import { outboxDistribution } from '@daguerre/kit/outbox'
import { receiptDistribution } from '@daguerre/kit/receipts-postgres'

/** Where the rows of this service's tables would live in a database of several nodes: together, for there are few. */
export const distribution = distribute(
  {
    tables: {
      moderation_case: { local: 'one queue, which moderators share' },
      report: { local: 'with its case' },
      case_note: { local: 'with its case' },
      standing: { local: 'with the acts that made it so' },
      act: { local: 'found by person, by case and by id, and few' },
      appeal: { local: 'with its act' },
      blocked_text: { local: 'one list, which moderators keep' },
      photo_block: { local: 'one list, which moderators keep' },
      moderator: { local: 'a handful' },
      audit_entry: { local: 'one chain, written under one lock' },
      audit_reason: { local: 'with its entry' },
    },
    allShards: {
      'of-a-person': { why: 'stored answers to somebody who has left: each shard has its part' },
    },
  },
  outboxDistribution,
  erasureDistribution,
  forgottenDistribution,
  idempotencyDistribution,
  deadLetterDistribution,
  receiptDistribution,
)
