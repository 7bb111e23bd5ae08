import { Migration } from '@daguerre/kit/postgres'

/** Invitations, who came by them, and who waits for moderators. */
export class Migration20261129235100Registration extends Migration {
  override up(): void {
    this.addSql(`
      create table invitation (
        id uuid primary key,
        -- sha256 of the code, which only its inviter has
        hash bytea not null unique,
        inviter_id uuid not null references account on delete cascade,
        note text not null,
        uses int not null default 0,
        most_uses int not null check (uses <= most_uses),
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`)
    this.addSql('create index invitation_inviter on invitation (inviter_id, id)')
    this.addSql('create index invitation_expiry on invitation (expires_at)')

    // Apart from invitations, which end before the accounts that were made with them.
    this.addSql(`
      create table invited (
        account_id uuid primary key references account on delete cascade,
        -- null: they have left
        inviter_id uuid references account on delete set null,
        at timestamptz not null default now()
      )`)
    this.addSql('create index invited_inviter on invited (inviter_id, at)')

    // An account with a row here waits: nobody else has heard of it, and nobody signs in to it.
    this.addSql(`
      create table application (
        account_id uuid primary key references account on delete cascade,
        text text not null,
        applied_at timestamptz not null default now()
      )`)
    this.addSql('create index application_at on application (applied_at)')

    // Who is declined is told, and has no account any more.
    this.addSql('alter table mail_job alter column account_id drop not null')
  }
}
