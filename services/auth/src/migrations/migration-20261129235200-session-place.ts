import { Migration } from '@daguerre/kit/postgres'

/** Where a session was last seen. */
export class Migration20261129235200SessionPlace extends Migration {
  override up(): void {
    // As the contract has it; null: it is not known.
    this.addSql('alter table session add column place jsonb')
  }
}
