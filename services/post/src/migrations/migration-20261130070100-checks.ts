import { Migration } from '@daguerre/kit/postgres'

/** New posts that wait for an answer from outside before they are published. */
export class Migration20261130070100Checks extends Migration {
  override up(): void {
    this.addSql(`
      create table post_check (
        post_id uuid primary key,
        -- when it may be taken up: now, or the end of the lease of who asks
        due_at timestamptz not null default now()
      )`)
    this.addSql('create index post_check_due on post_check (due_at)')
  }
}
