import { counterKeySql } from '@daguerre/kit/counters'
import { Migration } from '@daguerre/kit/postgres'

/** A key that holds what its table is spread by (distribution.ts). */
export class Migration20261128020000CounterKey extends Migration {
  override readonly contract = 'a delta has the key it had, and its subject'

  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    for (const sql of counterKeySql) this.addSql(sql)
  }
}
