import { Migration } from '@daguerre/kit/postgres'

/** What photos look like, and which looks moderators have blocked. */
export class Migration20261130060000PhotoBlocks extends Migration {
  override up(): void {
    // null: not found out yet, of photos of before and of those that an earlier version makes ready
    this.addSql('alter table media add column perceptual_hash bit(64)')
    this.addSql(`
      create table photo_block (
        id uuid primary key,
        perceptual_hash bit(64) not null,
        is_blocked boolean not null,
        version int not null
      )`)
  }
}
