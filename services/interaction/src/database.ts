import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration0001Interactions } from './migrations/migration-0001-interactions.ts'
import { Migration0002ToldCounts } from './migrations/migration-0002-told-counts.ts'
import { Migration0003Receipts } from './migrations/migration-0003-receipts.ts'
import { Migration0004UntoldCounts } from './migrations/migration-0004-untold-counts.ts'
import { Migration0005Keys } from './migrations/migration-0005-keys.ts'
import { Migration0006LikesOfPerson } from './migrations/migration-0006-likes-of-person.ts'
import { Migration0007Erasure } from './migrations/migration-0007-erasure.ts'
import { Migration0008Traces } from './migrations/migration-0008-traces.ts'
import { Migration0009Audience } from './migrations/migration-0009-audience.ts'
import { Migration0010HeldComments } from './migrations/migration-0010-held-comments.ts'
import { Migration0011HeldCommentsIndex } from './migrations/migration-0011-held-comments-index.ts'
import { Migration0012CommentsOff } from './migrations/migration-0012-comments-off.ts'
import { Migration0013LikesHidden } from './migrations/migration-0013-likes-hidden.ts'

/** This service's database. There are no entities: each verb is a statement or two. */
export const database: Database = {
  service: 'interaction',
  distribution,
  entities: [],
  migrations: [
    { name: 'Migration0001Interactions', class: Migration0001Interactions },
    { name: 'Migration0002ToldCounts', class: Migration0002ToldCounts },
    { name: 'Migration0003Receipts', class: Migration0003Receipts },
    { name: 'Migration0004UntoldCounts', class: Migration0004UntoldCounts },
    { name: 'Migration0005Keys', class: Migration0005Keys },
    { name: 'Migration0006LikesOfPerson', class: Migration0006LikesOfPerson },
    { name: 'Migration0007Erasure', class: Migration0007Erasure },
    { name: 'Migration0008Traces', class: Migration0008Traces },
    { name: 'Migration0009Audience', class: Migration0009Audience },
    { name: 'Migration0010HeldComments', class: Migration0010HeldComments },
    { name: 'Migration0011HeldCommentsIndex', class: Migration0011HeldCommentsIndex },
    { name: 'Migration0012CommentsOff', class: Migration0012CommentsOff },
    { name: 'Migration0013LikesHidden', class: Migration0013LikesHidden },
  ],
}
