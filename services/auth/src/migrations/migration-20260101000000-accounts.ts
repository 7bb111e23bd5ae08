import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Accounts, sessions with their refresh tokens, signing keys. */
export class Migration20260101000000Accounts extends Migration {
  override name = 'migration-20260101000000-accounts'

  override up(): void {
    this.addSql(`
      create table account (
        id uuid primary key,
        email text not null,
        -- how addresses are compared: folded to lower case
        email_key text not null unique,
        username text not null unique,
        -- what the name looks like: see usernameSkeleton in contracts
        username_skeleton text not null unique,
        password_hash text not null,
        -- rises with each change of the password, not when its hash is made anew
        password_version int not null default 1,
        created_at timestamptz not null default now()
      )`)

    this.addSql(`
      create table session (
        id uuid primary key,
        account_id uuid not null references account,
        user_agent text,
        created_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        -- when its newest refresh token ends
        expires_at timestamptz not null,
        ended_at timestamptz,
        end_reason text check (end_reason in ('signed_out', 'ended', 'password_changed', 'token_reused')),
        check ((ended_at is null) = (end_reason is null))
      )`)
    this.addSql('create index session_live on session (account_id, id) where ended_at is null')
    this.addSql('create index session_ended on session (ended_at) where ended_at is not null')
    this.addSql('create index session_expiry on session (expires_at) where ended_at is null')

    this.addSql(`
      create table refresh_token (
        -- sha256; the token itself is known to the client alone
        hash bytea primary key,
        session_id uuid not null references session on delete cascade,
        expires_at timestamptz not null,
        used_at timestamptz,
        -- the successor under a key that only the token gives; gone when the successor has been used
        sealed_successor bytea
      )`)
    this.addSql('create index refresh_token_session on refresh_token (session_id)')
    this.addSql('create index refresh_token_expiry on refresh_token (expires_at)')
    this.addSql('create index refresh_token_sealed on refresh_token (used_at) where sealed_successor is not null')

    this.addSql(`
      create table signing_key (
        kid text primary key,
        public_jwk jsonb not null,
        private_sealed bytea not null,
        created_at timestamptz not null default now(),
        active_at timestamptz not null
      )`)

    // Failed attempts by name (sha256), as a leaky bucket: it is empty at drained_at.
    this.addSql(`
      create table sign_in_failure (
        key bytea primary key,
        drained_at timestamptz not null
      )`)
    this.addSql('create index sign_in_failure_drained on sign_in_failure (drained_at)')

    for (const sql of [...outboxSql, ...idempotencySql]) this.addSql(sql)
  }
}
