import { outboxSequenceSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Numbers for events. */
export class Migration20261128000000OutboxSequence extends Migration {
  override up(): void {
    for (const sql of outboxSequenceSql) this.addSql(sql)
  }
}
