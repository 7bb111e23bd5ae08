import { Migration } from '@daguerre/kit/postgres'

/** Why nobody sees somebody for now (`leaving`), and which of auth's versions that is of. */
export class Migration20261129231500Closing extends Migration {
  override up(): void {
    this.addSql(`
      alter table profile
        add column if not exists closed_by text[] not null default '{}',
        add column leaving_version integer not null default 0`)
  }
}
