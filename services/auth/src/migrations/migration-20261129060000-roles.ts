import { Migration } from '@daguerre/kit/postgres'

/** What an account may do besides what everybody may. */
export class Migration20261129060000Roles extends Migration {
  override up(): void {
    this.addSql(`
      alter table account
        add column role text not null default 'member' check (role in ('member', 'moderator', 'admin'))`)
  }
}
