import { counterVersionSql } from '@daguerre/kit/counters'
import { Migration } from '@daguerre/kit/postgres'

/** Counters have a version, by which those who are told of them keep the newest; all that there are are told of once. */
export class Migration0002ToldCounts extends Migration {
  override up(): void {
    this.addSql(counterVersionSql)
    this.addSql('insert into counter_delta (subject_id, name, delta) select subject_id, name, 0 from counter')
  }
}
