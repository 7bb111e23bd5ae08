import { Migration } from '@daguerre/kit/postgres'

/** Whom somebody restricts, and what words they hide below their posts. */
export class Migration20261130060000Restrictions extends Migration {
  override up(): void {
    // As a mute, one is never deleted: its version must go on, so that its events have an order.
    this.addSql(`
      create table restriction (
        owner_id uuid not null,
        restricted_id uuid not null,
        active boolean not null,
        version integer not null,
        position uuid not null,
        primary key (owner_id, restricted_id),
        check (owner_id <> restricted_id)
      )`)
    this.addSql('create index restriction_list on restriction (owner_id, position desc) where active')
    this.addSql('create index restriction_of on restriction (restricted_id)')
    this.addSql('create table hidden_words (owner_id uuid primary key, words text[] not null)')
  }
}
