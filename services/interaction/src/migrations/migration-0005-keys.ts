import { counterKeySql } from '@daguerre/kit/counters'
import { Migration } from '@daguerre/kit/postgres'

/** Keys that hold what their tables are spread by (distribution.ts). Run again after an end in the middle they do no harm. */
export class Migration0005Keys extends Migration {
  override readonly contract =
    'ids of comments and deltas are unique without it; likes of a comment that the version before deletes stay, and nothing reads them'

  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of counterKeySql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists comment_key')
    this.addSql('create unique index concurrently comment_key on comment (id, post_id)')
    this.addSql('reset lock_timeout')
    this.addSql('alter table comment_like drop constraint if exists comment_like_comment_id_fkey')
    this.addSql(`
      alter table comment drop constraint if exists comment_parent_id_fkey, drop constraint if exists comment_parent,
        drop constraint comment_pkey, add constraint comment_pkey primary key using index comment_key,
        add constraint comment_parent foreign key (parent_id, post_id) references comment (id, post_id) not valid`)
    this.addSql('alter table comment validate constraint comment_parent')
  }
}
