import { Migration } from '@daguerre/kit/postgres'

/** How many mails a mailbox has had that anybody can cause. */
export class Migration20261129235300MailboxCount extends Migration {
  override up(): void {
    this.addSql(`
      create table mailbox_count (
        -- sha256 of the day and the address's key
        key bytea primary key,
        mails int not null,
        counted_at timestamptz not null default now()
      )`)
    this.addSql('create index mailbox_counted on mailbox_count (counted_at)')
  }
}
