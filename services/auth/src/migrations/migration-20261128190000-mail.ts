import { Migration } from '@daguerre/kit/postgres'

/** Addresses that are proven or not, mails that wait, their links, and devices that are known. */
export class Migration20261128190000Mail extends Migration {
  override up(): void {
    // An account whose address is not proven yet has a claim on it, and email_key only if nobody had it before; so the version
    // before finds it, and refuses a second one. Accounts of before, and those made without mail, hold theirs.
    this.addSql(`
      alter table account
        alter column email_key drop not null,
        -- the address's key, while it is only claimed
        add column email_claim_key text,
        add column email_verified_at timestamptz`)

    this.addSql(`
      create table account_link (
        account_id uuid not null references account on delete cascade,
        purpose text not null check (purpose in ('confirm-address', 'reset-password')),
        -- sha256 of the token, which only the mail has
        hash bytea not null unique,
        -- where it was sent to; for confirm-address the address that it proves
        email text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        primary key (account_id, purpose)
      )`)
    this.addSql('create index account_link_expiry on account_link (expires_at)')

    this.addSql(`
      create table mail_job (
        id uuid primary key,
        template text not null,
        account_id uuid not null references account on delete cascade,
        recipient text not null,
        -- what the template is filled with, encrypted: links open accounts
        sealed bytea not null,
        attempts int not null default 0,
        created_at timestamptz not null default now(),
        -- the next try, or the end of the lease of who sends it now
        due_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`)
    this.addSql('create index mail_job_due on mail_job (due_at)')
    this.addSql('create index mail_job_account on mail_job (account_id)')

    // Asked for by address and looked up by a job, so that the answer takes as long whether it has an account or not.
    this.addSql(`
      create table password_reset_request (
        id uuid primary key,
        email_key text not null,
        requested_at timestamptz not null default now()
      )`)

    this.addSql(`
      create table known_device (
        account_id uuid not null references account on delete cascade,
        device text not null,
        last_seen_at timestamptz not null default now(),
        primary key (account_id, device)
      )`)
    this.addSql('create index known_device_seen on known_device (last_seen_at)')
  }
}
