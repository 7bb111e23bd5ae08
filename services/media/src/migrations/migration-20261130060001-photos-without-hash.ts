import { Migration } from '@daguerre/kit/postgres'

/** The photos whose hash is still to be found, however many others there are. */
export class Migration20261130060001PhotosWithoutHash extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists media_without_hash')
    this.addSql(
      `create index concurrently media_without_hash on media (id) where state = 'ready' and perceptual_hash is null`,
    )
    this.addSql('reset lock_timeout')
  }
}
