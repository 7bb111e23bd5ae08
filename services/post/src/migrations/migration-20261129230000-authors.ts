import { Migration } from '@daguerre/kit/postgres'

/** What an author's account is: of one that is not open to everybody nothing counts under tags. */
export class Migration20261129230000Authors extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql(`alter table author_stats add column if not exists account text not null default 'open',
      add column if not exists account_version bigint not null default 0`)
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists author_stats_unknown')
    this.addSql('create index concurrently author_stats_unknown on author_stats (author_id) where account_version = 0')
    this.addSql('reset lock_timeout')
  }
}
