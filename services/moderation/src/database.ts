import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration20261129070000Moderation } from './migrations/20261129070000-moderation.ts'
import { Migration20261129231500HeardDecisions } from './migrations/20261129231500-heard-decisions.ts'
import { Migration20261130060000PhotoBlocks } from './migrations/20261130060000-photo-blocks.ts'
import { Migration20261130061000BlockedTexts } from './migrations/20261130061000-blocked-texts.ts'

/** This service's database. Row locks decide between two moderators, so all statements are SQL, and there are no entities. */
export const database: Database = {
  service: 'moderation',
  distribution,
  entities: [],
  migrations: [
    { name: '20261129070000-moderation', class: Migration20261129070000Moderation },
    { name: '20261129231500-heard-decisions', class: Migration20261129231500HeardDecisions },
    { name: '20261130060000-photo-blocks', class: Migration20261130060000PhotoBlocks },
    { name: '20261130061000-blocked-texts', class: Migration20261130061000BlockedTexts },
  ],
}
