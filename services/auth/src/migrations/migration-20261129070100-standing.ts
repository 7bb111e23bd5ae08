import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { Migration } from '@daguerre/kit/postgres'
import { receiptSql } from '@daguerre/kit/receipts-postgres'

/** How accounts stand with moderators, by events: so auth listens from now on. */
export class Migration20261129070100Standing extends Migration {
  override up(): void {
    // An account that nobody has ever acted on has no row.
    this.addSql(`
      create table account_standing (
        account_id uuid primary key references account on delete cascade,
        state text not null check (state in ('open', 'suspended', 'banned')),
        until timestamptz,
        reason text not null,
        act_id uuid not null,
        version integer not null
      )`)
    for (const sql of [...deadLetterSql, ...receiptSql]) this.addSql(sql)
  }
}
