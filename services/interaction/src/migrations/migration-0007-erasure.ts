import { erasureSql } from '@daguerre/kit/erasures'
import { forgottenSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'

/** What is gone for good, and of which events nothing is to stay. */
export class Migration0007Erasure extends Migration {
  override up(): void {
    for (const sql of [...erasureSql, ...forgottenSql]) this.addSql(sql)
  }
}
