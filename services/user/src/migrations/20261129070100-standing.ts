import { Migration } from '@daguerre/kit/postgres'

/** Which of moderation's versions is in `closed_by`. */
export class Migration20261129070100Standing extends Migration {
  override up(): void {
    this.addSql('alter table profile add column standing_version integer not null default 0')
  }
}
