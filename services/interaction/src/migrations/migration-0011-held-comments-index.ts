import { Migration } from '@daguerre/kit/postgres'

/** What waits for somebody, and what is to be judged. */
export class Migration0011HeldCommentsIndex extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    for (const [name, on] of [
      ['comment_held', 'comment (held_for, id desc) where held_by is not null'],
      ['comment_held_replies', 'comment (parent_id) where held_by is not null'],
      ['comment_unjudged', `comment (id) where held_by = 'unjudged'`],
    ]) {
      this.addSql(`drop index concurrently if exists ${name}`)
      this.addSql(`create index concurrently ${name} on ${on}`)
    }
    this.addSql('reset lock_timeout')
  }
}
