import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration20260101000000Media } from './migrations/migration-20260101000000-media.ts'
import { Migration20261128000000OutboxSequence } from './migrations/migration-20261128000000-outbox-sequence.ts'
import { Migration20261128210000Imports } from './migrations/migration-20261128210000-imports.ts'
import { Migration20261128211000ImportQueue } from './migrations/migration-20261128211000-import-queue.ts'
import { Migration20261129220000Erasure } from './migrations/migration-20261129220000-erasure.ts'
import { Migration20261129220001Traces } from './migrations/migration-20261129220001-traces.ts'
import { Migration20261129230000Transfers } from './migrations/migration-20261129230000-transfers.ts'
import { Migration20261130060000PhotoBlocks } from './migrations/migration-20261130060000-photo-blocks.ts'
import { Migration20261130060001PhotosWithoutHash } from './migrations/migration-20261130060001-photos-without-hash.ts'

/** This service's database. There are no entities: its queue lives by row locks, so all statements are SQL. */
export const database: Database = {
  service: 'media',
  distribution,
  entities: [],
  migrations: [
    { name: 'migration-20260101000000-media', class: Migration20260101000000Media },
    { name: 'migration-20261128000000-outbox-sequence', class: Migration20261128000000OutboxSequence },
    { name: 'migration-20261128210000-imports', class: Migration20261128210000Imports },
    { name: 'migration-20261128211000-import-queue', class: Migration20261128211000ImportQueue },
    { name: 'migration-20261129220000-erasure', class: Migration20261129220000Erasure },
    { name: 'migration-20261129220001-traces', class: Migration20261129220001Traces },
    { name: 'migration-20261129230000-transfers', class: Migration20261129230000Transfers },
    { name: 'migration-20261130060000-photo-blocks', class: Migration20261130060000PhotoBlocks },
    { name: 'migration-20261130060001-photos-without-hash', class: Migration20261130060001PhotosWithoutHash },
  ],
}
