import { Migration } from '@daguerre/kit/postgres'

/** Private accounts and who asks to follow them, blocks, and close friends. */
export class Migration20261129000000Privacy extends Migration {
  override up(): void {
    this.addSql('alter table profile add column private boolean not null default false')
    // Why nobody sees an account for now, each said and taken back by itself: 'suspended', 'leaving'.
    this.addSql(`alter table profile add column closed_by text[] not null default '{}'`)

    this.addSql(`
      create table follow_request (
        requester_id uuid not null,
        target_id uuid not null,
        position uuid not null,
        primary key (requester_id, target_id),
        check (requester_id <> target_id)
      )`)
    this.addSql('create index follow_request_to on follow_request (target_id, position desc)')

    this.addSql(`
      create table block (
        blocker_id uuid not null,
        blocked_id uuid not null,
        position uuid not null,
        primary key (blocker_id, blocked_id),
        check (blocker_id <> blocked_id)
      )`)
    this.addSql('create index block_by on block (blocker_id, position desc)')
    this.addSql('create index block_of on block (blocked_id)')

    this.addSql(`
      create table close_friend (
        owner_id uuid not null,
        friend_id uuid not null,
        position uuid not null,
        primary key (owner_id, friend_id),
        check (owner_id <> friend_id)
      )`)
    this.addSql('create index close_friend_list on close_friend (owner_id, position desc)')
    this.addSql('create index close_friend_of on close_friend (friend_id)')
  }
}
