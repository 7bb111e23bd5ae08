import { Migration } from '@daguerre/kit/postgres'

/** Finds the counters that are to be told of: few, however many there are. */
export class Migration0004UntoldCounts extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists counter_untold')
    this.addSql(
      'create index concurrently counter_untold on counter (subject_id, name) where told is distinct from value',
    )
  }
}
