import { erasureSql } from '@daguerre/kit/erasures'
import { forgottenSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** What is gone for good, and of which events nothing is to stay. */
export class Migration20261129220000Erasure extends Migration {
  override up(): void {
    for (const sql of [...erasureSql, ...forgottenSql]) this.addSql(sql)
    this.addSql(`update post set author_username = '' where state = 'deleted' and author_username <> ''`)
  }
}
