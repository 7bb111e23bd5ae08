import { Migration } from '@daguerre/kit/postgres'

/** What moderators have made of a post. */
export class Migration20261129070100Moderation extends Migration {
  override up(): void {
    this.addSql(`
      alter table post
        add column hidden_at timestamptz,
        add column sensitive boolean not null default false,
        add column moderation_version integer not null default 0`)
  }
}
