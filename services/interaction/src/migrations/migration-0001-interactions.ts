import { counterSql } from '@daguerre/kit/counters'
import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Likes, comments, saves, and which posts exist as far as this service knows. */
export class Migration0001Interactions extends Migration {
  override up(): void {
    for (const sql of [...outboxSql, ...deadLetterSql, ...idempotencySql, ...counterSql]) this.addSql(sql)

    this.addSql(`
      create table post_ref (
        post_id uuid primary key,
        author_id uuid not null,
        state text not null check (state in ('processing', 'published', 'failed', 'deleted')),
        version integer not null,
        purge_at timestamptz,
        purges_left smallint not null default 0
      )`)
    this.addSql(`create index post_ref_purge on post_ref (purge_at) where purge_at is not null`)

    this.addSql(`
      create table post_like (
        post_id uuid not null,
        user_id uuid not null,
        like_id uuid not null,
        username text not null,
        active boolean not null,
        version integer not null,
        at timestamptz not null,
        primary key (post_id, user_id)
      )`)
    this.addSql(`create index post_like_newest on post_like (post_id, like_id desc) where active`)

    this.addSql(`
      create table comment (
        id uuid primary key,
        post_id uuid not null,
        parent_id uuid references comment (id),
        author_id uuid not null,
        author_username text not null,
        text text not null,
        entities jsonb not null,
        created_at timestamptz not null
      )`)
    this.addSql(`create index comment_first_level on comment (post_id, id desc) where parent_id is null`)
    this.addSql(`create index comment_replies on comment (parent_id, id) where parent_id is not null`)
    this.addSql(`create index comment_post_replies on comment (post_id) where parent_id is not null`)

    this.addSql(`
      create table comment_like (
        comment_id uuid not null references comment (id) on delete cascade,
        user_id uuid not null,
        at timestamptz not null,
        primary key (comment_id, user_id)
      )`)

    this.addSql(`
      create table saved_post (
        user_id uuid not null,
        post_id uuid not null,
        save_id uuid not null,
        primary key (user_id, post_id)
      )`)
    this.addSql(`create index saved_post_newest on saved_post (user_id, save_id desc)`)
    this.addSql(`create index saved_post_post on saved_post (post_id)`)
  }
}
