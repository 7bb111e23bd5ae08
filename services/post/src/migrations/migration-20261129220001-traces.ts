import { outboxSubjectSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** Finds events by what they are about, tags that no post uses, and what is known of somebody's media. */
export class Migration20261129220001Traces extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of outboxSubjectSql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists counter_nothing')
    this.addSql('create index concurrently counter_nothing on counter (subject_id) where value = 0')
    this.addSql('drop index concurrently if exists media_owner')
    this.addSql('create index concurrently media_owner on media (owner_id)')
    this.addSql('reset lock_timeout')
  }
}
