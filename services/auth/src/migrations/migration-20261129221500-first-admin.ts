import { Migration } from '@daguerre/kit/postgres'

/** Links by which the first admin comes to be. */
export class Migration20261129221500FirstAdmin extends Migration {
  override up(): void {
    this.addSql(`
      create table first_admin_link (
        -- sha256 of the token, which only who reads the log has
        hash bytea primary key,
        expires_at timestamptz not null
      )`)
  }
}
