import { Migration } from '@daguerre/kit/postgres'

/** Words and domains that nobody may write, or for which a post is held; and reports of held posts. */
export class Migration20261130061000BlockedTexts extends Migration {
  override up(): void {
    this.addSql(`
      create table blocked_text (
        id uuid primary key,
        kind text not null check (kind in ('word', 'domain')),
        -- as it is compared
        value text not null,
        effect text not null check (effect in ('refuse', 'hold')),
        moderator_id uuid not null,
        moderator_name text not null,
        created_at timestamptz not null,
        unique (kind, value)
      )`)
    // In the place of who reported stands then what it is about, so that it is in one case once.
    this.addSql('alter table report add column by_itself boolean not null default false')
  }
}
