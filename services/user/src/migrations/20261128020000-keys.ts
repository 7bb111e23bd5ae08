import { counterKeySql } from '@daguerre/kit/counters'
import { Migration } from '@daguerre/kit/postgres'

/** Keys that hold what their table is spread by (distribution.ts). */
export class Migration20261128020000Keys extends Migration {
  override readonly contract =
    'a delta has the key it had, and its subject; that a username is unique is kept by auth, whose accounts profiles are of'

  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of counterKeySql) this.addSql(sql)
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists profile_username')
    this.addSql('create index concurrently profile_username on profile (username)')
    this.addSql('reset lock_timeout')
    this.addSql('alter table profile drop constraint if exists profile_username_key')
  }
}
