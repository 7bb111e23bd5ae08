import { outboxSubjectSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** Finds events by what they are about, all edges to somebody, and who mutes somebody. */
export class Migration20261129220001Traces extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of outboxSubjectSql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    for (const [name, on] of [
      ['follow_followee', 'follow (followee_id, follower_id)'],
      ['mute_muted', 'mute (muted_id)'],
    ]) {
      this.addSql(`drop index concurrently if exists ${name}`)
      this.addSql(`create index concurrently ${name} on ${on}`)
    }
    this.addSql('reset lock_timeout')
  }
}
