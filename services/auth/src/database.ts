import type { Database } from '@daguerre/kit/postgres-service'
import { distribution } from './distribution.ts'
import { Migration20260101000000Accounts } from './migrations/migration-20260101000000-accounts.ts'
import { Migration20261128000000OutboxSequence } from './migrations/migration-20261128000000-outbox-sequence.ts'
import { Migration20261128190000Mail } from './migrations/migration-20261128190000-mail.ts'
import { Migration20261128190001AddressClaims } from './migrations/migration-20261128190001-address-claims.ts'
import { Migration20261129060000Roles } from './migrations/migration-20261129060000-roles.ts'
import { Migration20261129060001RoleIndex } from './migrations/migration-20261129060001-role-index.ts'
import { Migration20261129070100Standing } from './migrations/migration-20261129070100-standing.ts'
import { Migration20261129215000FreshSessions } from './migrations/migration-20261129215000-fresh-sessions.ts'
import { Migration20261129220500Factors } from './migrations/migration-20261129220500-factors.ts'
import { Migration20261129221500FirstAdmin } from './migrations/migration-20261129221500-first-admin.ts'
import { Migration20261129223500PersonalTokens } from './migrations/migration-20261129223500-personal-tokens.ts'
import { Migration20261129224500SignInDevices } from './migrations/migration-20261129224500-sign-in-devices.ts'
import { Migration20261129230000Leaving } from './migrations/migration-20261129230000-leaving.ts'
import { Migration20261129230001Due } from './migrations/migration-20261129230001-due.ts'
import { Migration20261129235000Providers } from './migrations/migration-20261129235000-providers.ts'
import { Migration20261129235100Registration } from './migrations/migration-20261129235100-registration.ts'
import { Migration20261129235200SessionPlace } from './migrations/migration-20261129235200-session-place.ts'
import { Migration20261129235300MailboxCount } from './migrations/migration-20261129235300-mailbox-count.ts'
import { Migration20261129235400Oauth } from './migrations/migration-20261129235400-oauth.ts'

/** This service's database. There are no entities: the row locks matter, so all statements are SQL. */
export const database: Database = {
  service: 'auth',
  distribution,
  entities: [],
  migrations: [
    { name: 'migration-20260101000000-accounts', class: Migration20260101000000Accounts },
    { name: 'migration-20261128000000-outbox-sequence', class: Migration20261128000000OutboxSequence },
    { name: 'migration-20261128190000-mail', class: Migration20261128190000Mail },
    { name: 'migration-20261128190001-address-claims', class: Migration20261128190001AddressClaims },
    { name: 'migration-20261129060000-roles', class: Migration20261129060000Roles },
    { name: 'migration-20261129060001-role-index', class: Migration20261129060001RoleIndex },
    { name: 'migration-20261129070100-standing', class: Migration20261129070100Standing },
    { name: 'migration-20261129215000-fresh-sessions', class: Migration20261129215000FreshSessions },
    { name: 'migration-20261129220500-factors', class: Migration20261129220500Factors },
    { name: 'migration-20261129221500-first-admin', class: Migration20261129221500FirstAdmin },
    { name: 'migration-20261129223500-personal-tokens', class: Migration20261129223500PersonalTokens },
    { name: 'migration-20261129224500-sign-in-devices', class: Migration20261129224500SignInDevices },
    { name: 'migration-20261129230000-leaving', class: Migration20261129230000Leaving },
    { name: 'migration-20261129230001-due', class: Migration20261129230001Due },
    { name: 'migration-20261129235000-providers', class: Migration20261129235000Providers },
    { name: 'migration-20261129235100-registration', class: Migration20261129235100Registration },
    { name: 'migration-20261129235200-session-place', class: Migration20261129235200SessionPlace },
    { name: 'migration-20261129235300-mailbox-count', class: Migration20261129235300MailboxCount },
    { name: 'migration-20261129235400-oauth', class: Migration20261129235400Oauth },
  ],
}
