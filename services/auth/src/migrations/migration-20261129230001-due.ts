import { outboxSubjectSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** Finds the few accounts whose owners are leaving, and events by what they are about. */
export class Migration20261129230001Due extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of outboxSubjectSql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists account_leaving')
    this.addSql(
      'create index concurrently account_leaving on account (deletion_due_at) where deletion_due_at is not null',
    )
    this.addSql('reset lock_timeout')
  }
}
