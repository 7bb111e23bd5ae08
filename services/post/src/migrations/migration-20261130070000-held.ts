import { Migration } from '@daguerre/kit/postgres'

/** Posts that wait for moderators, and for what of them. */
export class Migration20261130070000Held extends Migration {
  override up(): void {
    this.addSql('alter table post add column held_for jsonb')
  }
}
