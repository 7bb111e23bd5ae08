import { outboxSequenceSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'
import { receiptSql } from '@daguerre/kit/receipts-postgres'

/** Numbers for events, and which of others' have arrived. */
export class Migration20261128010000Receipts extends Migration {
  override up(): void {
    for (const sql of [...outboxSequenceSql, ...receiptSql]) this.addSql(sql)
  }
}
