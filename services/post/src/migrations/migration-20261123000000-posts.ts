import { counterSql } from '@daguerre/kit/counters'
import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Posts, their media and tags, what became of them, and what is known of media. */
export class Migration20261123000000Posts extends Migration {
  override up(): void {
    this.addSql(`
      create table post (
        id uuid primary key,
        author_id uuid not null,
        author_username text not null,
        caption text not null,
        entities jsonb not null,
        media jsonb not null,
        location jsonb,
        state text not null check (state in ('processing', 'published', 'failed', 'deleted')),
        version integer not null,
        created_at timestamptz not null,
        edited_at timestamptz
      )`)
    this.addSql(`create index post_published on post (id desc) where state = 'published'`)
    // Serves both what all see of an author and what the author sees; the state is there for index-only scans.
    this.addSql(`create index post_author on post (author_id, id desc) include (state) where state <> 'deleted'`)
    this.addSql(`create index post_processing on post (id) where state = 'processing'`)

    // Which posts show a media: how a media event finds its posts. The media itself is inlined in post.media.
    this.addSql(`
      create table post_media (
        media_id uuid not null,
        post_id uuid not null references post (id),
        primary key (media_id, post_id)
      )`)

    // Tags that were ever used; their posts are counted by kit's counters under `id`.
    this.addSql(`
      create table tag (
        tag text collate "C" primary key,
        id uuid not null default gen_random_uuid()
      )`)

    this.addSql(`
      create table post_tag (
        tag text collate "C" not null,
        post_id uuid not null references post (id),
        primary key (tag, post_id)
      )`)

    // The post as it was before an edit: what version it had, and when it was replaced.
    this.addSql(`
      create table post_edit (
        post_id uuid not null references post (id),
        version integer not null,
        caption text not null,
        entities jsonb not null,
        alt_texts jsonb not null,
        replaced_at timestamptz not null,
        primary key (post_id, version)
      )`)

    this.addSql(`
      create table author_stats (
        author_id uuid primary key,
        username text not null,
        posts integer not null check (posts >= 0),
        version integer not null
      )`)
    this.addSql(`create index author_stats_username on author_stats (username)`)

    // What media has said of each media that is ready or failed.
    this.addSql(`
      create table media (
        media_id uuid primary key,
        owner_id uuid not null,
        data jsonb not null,
        version integer not null
      )`)

    for (const sql of [...outboxSql, ...idempotencySql, ...counterSql, ...deadLetterSql]) this.addSql(sql)
  }
}
