import { Migration } from '@daguerre/kit/postgres'

/** Until when a session may do what is dangerous. */
export class Migration20261129215000FreshSessions extends Migration {
  override up(): void {
    this.addSql('alter table session add column fresh_until timestamptz')
  }
}
