import { counterSql } from '@daguerre/kit/counters'
import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Profiles, the follow graph, and what post says about the number of somebody's posts. */
export class Migration20261123080000ProfilesAndFollows extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm')

    // Collation "C" lets the plain indices serve prefix searches whatever the locale of the database.
    this.addSql(`
      create table profile (
        id uuid primary key,
        username text collate "C" not null unique,
        display_name text not null,
        bio text not null default '',
        website text,
        avatar jsonb,
        version integer not null default 1,
        name_folded text collate "C" not null,
        search_text text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`)
    this.addSql('create index profile_name_folded on profile (name_folded)')
    this.addSql('create index profile_search on profile using gin (search_text gin_trgm_ops)')

    // An edge is never deleted: its version must go on, so that events of the same edge have an order.
    this.addSql(`
      create table follow (
        follower_id uuid not null,
        followee_id uuid not null,
        active boolean not null,
        version integer not null,
        position uuid not null,
        changed_at timestamptz not null,
        primary key (follower_id, followee_id),
        check (follower_id <> followee_id)
      )`)
    this.addSql('create index follow_followers on follow (followee_id, position desc) where active')
    this.addSql('create index follow_following on follow (follower_id, position desc) where active')
    this.addSql(
      'create index follow_followers_by_id on follow (followee_id, follower_id) include (version, changed_at) where active',
    )

    this.addSql(`
      create table post_count (
        author_id uuid primary key,
        posts integer not null,
        version integer not null
      )`)

    for (const statement of [...outboxSql, ...counterSql, ...idempotencySql, ...deadLetterSql]) this.addSql(statement)
    this.addSql(`create index counter_most_followers on counter (value desc, subject_id desc) where name = 'followers'`)
  }
}
