import { Migration } from '@daguerre/kit/postgres'

/** Finds the few who have a role. */
export class Migration20261129060001RoleIndex extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists account_role')
    this.addSql("create index concurrently account_role on account (role) where role <> 'member'")
  }
}
