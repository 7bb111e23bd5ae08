import { Migration } from '@daguerre/kit/postgres'

/** Finds who claims an address. */
export class Migration20261128190001AddressClaims extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists account_email_claim')
    this.addSql(
      'create index concurrently account_email_claim on account (email_claim_key, id) where email_claim_key is not null',
    )
  }
}
