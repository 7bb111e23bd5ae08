import { Migration } from '@daguerre/kit/postgres'

/** Photos that nobody may bring any more, and cases that come by themselves when somebody does. */
export class Migration20261130060000PhotoBlocks extends Migration {
  override up(): void {
    this.addSql(`
      create table photo_block (
        id uuid primary key,
        -- what it looks like, and all that is kept of it
        perceptual_hash bit(64) not null unique,
        reason text not null,
        -- whose it was; null once they have left, and the reason is empty then
        person_id uuid,
        moderator_id uuid not null,
        moderator_name text not null,
        created_at timestamptz not null
      )`)
    this.addSql('create index photo_block_of_person on photo_block (person_id) where person_id is not null')
    // Of a report that came by itself the photo stands in the place of who reported: it is in one case once.
    this.addSql(`alter table report add column photo text constraint report_photo check (photo in ('refused', 'here'))`)
  }
}
