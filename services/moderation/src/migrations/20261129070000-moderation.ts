import { deadLetterSql } from '@daguerre/kit/dead-letters-postgres'
import { erasureSql } from '@daguerre/kit/erasures'
import { forgottenSql } from '@daguerre/kit/forget-events'
import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSequenceSql, outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'
import { receiptSql } from '@daguerre/kit/receipts-postgres'

/** Cases with their reports and notes, acts with their appeals, how subjects stand, and the audit log. */
export class Migration20261129070000Moderation extends Migration {
  override up(): void {
    // Names stand beside ids as they were then, so that pages of moderators ask nobody.
    this.addSql(`
      create table moderation_case (
        id uuid primary key,
        subject_kind text not null check (subject_kind in ('post', 'comment', 'account')),
        subject_id uuid not null,
        person_id uuid not null,
        person_name text not null,
        state text not null check (state in ('open', 'working', 'closed')),
        assignee_id uuid,
        assignee_name text,
        reports integer not null,
        reasons text[] not null,
        -- null: what it was of is gone
        snapshot jsonb,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        check ((state = 'open') = (assignee_id is null))
      )`)
    this.addSql(
      `create unique index case_of_subject on moderation_case (subject_kind, subject_id) where state <> 'closed'`,
    )
    this.addSql('create index case_by_state on moderation_case (state, id desc)')
    this.addSql('create index case_of_person on moderation_case (person_id, id desc)')
    this.addSql(
      `create index case_of_post on moderation_case (((snapshot->>'postId')::uuid)) where snapshot is not null`,
    )

    this.addSql(`
      create table report (
        case_id uuid not null references moderation_case,
        reporter_id uuid not null,
        reporter_name text not null,
        reason text not null,
        text text not null,
        created_at timestamptz not null,
        primary key (case_id, reporter_id)
      )`)
    this.addSql('create index report_of_person on report (reporter_id, created_at desc)')

    this.addSql(`
      create table case_note (
        id uuid primary key,
        case_id uuid not null references moderation_case,
        author_id uuid not null,
        author_name text not null,
        text text not null,
        created_at timestamptz not null
      )`)
    this.addSql('create index case_note_of_case on case_note (case_id, id)')

    // What acts have made of a subject: its row is the lock of whoever acts on it, its version that of its events.
    this.addSql(`
      create table standing (
        subject_kind text not null,
        subject_id uuid not null,
        person_id uuid not null,
        person_name text not null,
        state jsonb not null,
        version integer not null,
        ends_at timestamptz,
        primary key (subject_kind, subject_id)
      )`)
    this.addSql('create index standing_ends on standing (ends_at) where ends_at is not null')

    this.addSql(`
      create table act (
        id uuid primary key,
        kind text not null,
        subject_kind text not null,
        subject_id uuid not null,
        person_id uuid not null,
        person_name text not null,
        moderator_id uuid,
        moderator_name text,
        reason text not null,
        until timestamptz,
        case_id uuid references moderation_case,
        created_at timestamptz not null
      )`)
    this.addSql('create index act_of_person on act (person_id, id desc)')
    this.addSql('create index act_of_case on act (case_id, id) where case_id is not null')

    this.addSql(`
      create table appeal (
        id uuid primary key,
        act_id uuid not null unique references act,
        text text not null,
        state text not null check (state in ('open', 'upheld', 'overturned')),
        answer text,
        answered_by_id uuid,
        answered_by_name text,
        created_at timestamptz not null,
        answered_at timestamptz,
        check ((state = 'open') = (answered_at is null))
      )`)
    this.addSql('create index appeal_by_state on appeal (state, id desc)')

    // Who has moderated, so that appeals are answered by somebody else where there is somebody.
    this.addSql('create table moderator (id uuid primary key, username text not null, seen_at timestamptz not null)')

    this.addSql(`
      create table audit_entry (
        sequence bigint primary key,
        record jsonb not null,
        hash text not null
      )`)
    // Beside the entry, which holds its hash: it is erased with the person whom it is about.
    this.addSql(`
      create table audit_reason (
        sequence bigint primary key,
        person_id uuid not null,
        salt bytea not null,
        text text not null
      )`)
    this.addSql('create index audit_reason_about on audit_reason (person_id)')
    // Whoever means to change it all the same must first take this away, and then the chain tells.
    this.addSql(`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit log is only added to';
      end $$`)
    this.addSql(`
      create trigger audit_entry_is_kept before update or delete on audit_entry
        for each row execute function refuse_change()`)
    this.addSql(`
      create trigger audit_log_is_kept before truncate on audit_entry
        for each statement execute function refuse_change()`)

    for (const sql of [...outboxSql, ...outboxSequenceSql, ...forgottenSql, ...idempotencySql]) this.addSql(sql)
    for (const sql of [...erasureSql, ...deadLetterSql, ...receiptSql]) this.addSql(sql)
    this.addSql('create index outbox_subject on outbox (subject text_pattern_ops)')
  }
}
