import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration20261123000000Posts } from './migrations/migration-20261123000000-posts.ts'
import { Migration20261128000000Engagement } from './migrations/migration-20261128000000-engagement.ts'
import { Migration20261128010000Receipts } from './migrations/migration-20261128010000-receipts.ts'
import { Migration20261128020000CounterKey } from './migrations/migration-20261128020000-counter-key.ts'
import { Migration20261129000000Audience } from './migrations/migration-20261129000000-audience.ts'
import { Migration20261129070100Moderation } from './migrations/migration-20261129070100-moderation.ts'
import { Migration20261129220000Erasure } from './migrations/migration-20261129220000-erasure.ts'
import { Migration20261129220001Traces } from './migrations/migration-20261129220001-traces.ts'
import { Migration20261129230000Authors } from './migrations/migration-20261129230000-authors.ts'
import { Migration20261130063000CommentsOff } from './migrations/migration-20261130063000-comments-off.ts'
import { Migration20261130070000Held } from './migrations/migration-20261130070000-held.ts'
import { Migration20261130070100Checks } from './migrations/migration-20261130070100-checks.ts'
import { Migration20261130080000LikesHidden } from './migrations/migration-20261130080000-likes-hidden.ts'
import { PostEntity } from './post.entity.ts'

/** This service's database. */
export const database: Database = {
  service: 'post',
  distribution,
  entities: [PostEntity],
  migrations: [
    { name: 'migration-20261123000000-posts', class: Migration20261123000000Posts },
    { name: 'migration-20261128000000-engagement', class: Migration20261128000000Engagement },
    { name: 'migration-20261128010000-receipts', class: Migration20261128010000Receipts },
    { name: 'migration-20261128020000-counter-key', class: Migration20261128020000CounterKey },
    { name: 'migration-20261129000000-audience', class: Migration20261129000000Audience },
    { name: 'migration-20261129070100-moderation', class: Migration20261129070100Moderation },
    { name: 'migration-20261129220000-erasure', class: Migration20261129220000Erasure },
    { name: 'migration-20261129220001-traces', class: Migration20261129220001Traces },
    { name: 'migration-20261129230000-authors', class: Migration20261129230000Authors },
    { name: 'migration-20261130063000-comments-off', class: Migration20261130063000CommentsOff },
    { name: 'migration-20261130070000-held', class: Migration20261130070000Held },
    { name: 'migration-20261130070100-checks', class: Migration20261130070100Checks },
    { name: 'migration-20261130080000-likes-hidden', class: Migration20261130080000LikesHidden },
  ],
}
