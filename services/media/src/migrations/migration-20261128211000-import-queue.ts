import { Migration } from '@daguerre/kit/postgres'

/** The queue of imports: few rows, however many photos there are. */
export class Migration20261128211000ImportQueue extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists media_import')
    this.addSql('create index concurrently media_import on media (fetch_at) where fetch_at is not null')
  }
}
