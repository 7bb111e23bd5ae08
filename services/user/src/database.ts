import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration20261123080000ProfilesAndFollows } from './migrations/20261123080000-profiles-and-follows.ts'
import { Migration20261128000000Receipts } from './migrations/20261128000000-receipts.ts'
import { Migration20261128020000Keys } from './migrations/20261128020000-keys.ts'
import { Migration20261128200000Mutes } from './migrations/20261128200000-mutes.ts'
import { Migration20261129000000Privacy } from './migrations/20261129000000-privacy.ts'
import { Migration20261129070100Standing } from './migrations/20261129070100-standing.ts'
import { Migration20261129220000Erasure } from './migrations/20261129220000-erasure.ts'
import { Migration20261129220001Traces } from './migrations/20261129220001-traces.ts'
import { Migration20261129231500Closing } from './migrations/20261129231500-closing.ts'
import { Migration20261129233000RequestVersions } from './migrations/20261129233000-request-versions.ts'
import { Migration20261130060000Restrictions } from './migrations/20261130060000-restrictions.ts'
import { Migration20261130063000Speakers } from './migrations/20261130063000-speakers.ts'

/** This service's database. Its tables are few and its writes conditional, so they are SQL, and there are no entities. */
export const database: Database = {
  service: 'user',
  distribution,
  entities: [],
  migrations: [
    { name: '20261123080000-profiles-and-follows', class: Migration20261123080000ProfilesAndFollows },
    { name: '20261128000000-receipts', class: Migration20261128000000Receipts },
    { name: '20261128020000-keys', class: Migration20261128020000Keys },
    { name: '20261128200000-mutes', class: Migration20261128200000Mutes },
    { name: '20261129000000-privacy', class: Migration20261129000000Privacy },
    { name: '20261129070100-standing', class: Migration20261129070100Standing },
    { name: '20261129220000-erasure', class: Migration20261129220000Erasure },
    { name: '20261129220001-traces', class: Migration20261129220001Traces },
    { name: '20261129231500-closing', class: Migration20261129231500Closing },
    { name: '20261129233000-request-versions', class: Migration20261129233000RequestVersions },
    { name: '20261130060000-restrictions', class: Migration20261130060000Restrictions },
    { name: '20261130063000-speakers', class: Migration20261130063000Speakers },
  ],
}
