import { forgottenSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** Who is leaving, and names that nobody gets again. */
export class Migration20261129230000Leaving extends Migration {
  override up(): void {
    this.addSql(`
      alter table account
        -- when it is deleted, if its owner has asked for that
        add column deletion_due_at timestamptz,
        add column deletion_reminded_at timestamptz,
        -- of the account's events
        add column state_version int not null default 1`)
    this.addSql(`
      create table retired_username (
        -- see leaving/retired-username.ts
        key bytea primary key,
        retired_at timestamptz not null default now()
      )`)
    for (const sql of forgottenSql) this.addSql(sql)
  }
}
