import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { erasureSql } from '@daguerre/kit/erasures'
import { forgottenSql } from '@daguerre/kit/forget-events'
import { Migration } from '@daguerre/kit/postgres'
import { receiptSql } from '@daguerre/kit/receipts-postgres'

/** What is gone for good, and what it takes to hear of it. */
export class Migration20261129220000Erasure extends Migration {
  override up(): void {
    for (const sql of [...erasureSql, ...forgottenSql, ...deadLetterSql, ...receiptSql]) this.addSql(sql)
  }
}
