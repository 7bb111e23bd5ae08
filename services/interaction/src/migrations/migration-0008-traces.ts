import { outboxSubjectSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** Finds events by what they are about, and all that somebody has left on posts. */
export class Migration0008Traces extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of outboxSubjectSql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    for (const [name, on] of [
      ['post_like_user', 'post_like (user_id, post_id)'],
      ['comment_like_user', 'comment_like (user_id, comment_id)'],
      ['comment_author', 'comment (author_id)'],
    ]) {
      this.addSql(`drop index concurrently if exists ${name}`)
      this.addSql(`create index concurrently ${name} on ${on}`)
    }
    this.addSql('reset lock_timeout')
  }
}
