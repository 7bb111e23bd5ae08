import { Migration } from '@daguerre/kit/postgres'

/** What proves besides the password that it is the owner of an account, and sign-ins that wait for it. */
export class Migration20261129220500Factors extends Migration {
  override up(): void {
    // Begun with a second factor, or confirmed by one since.
    this.addSql('alter table session add column second_factor boolean not null default false')

    this.addSql(`
      create table totp (
        account_id uuid primary key references account on delete cascade,
        -- encrypted; null until a code of the first one was given
        secret_sealed bytea,
        -- one that waits for its first code, and then takes the place of the other
        pending_sealed bytea,
        confirmed_at timestamptz,
        -- the newest time step of which a code was taken: none of before is taken any more
        last_step bigint not null default 0,
        -- tries as a leaky bucket: it is empty then
        drained_at timestamptz not null default now()
      )`)

    this.addSql(`
      create table recovery_code (
        account_id uuid not null references account on delete cascade,
        -- sha256 of 80 random bits
        hash bytea not null,
        primary key (account_id, hash)
      )`)

    this.addSql(`
      create table passkey (
        id uuid primary key,
        account_id uuid not null references account on delete cascade,
        credential_id bytea not null unique,
        public_key bytea not null,
        -- as the authenticator counts its signatures; many always say 0
        counter bigint not null,
        transports text[] not null,
        name text not null,
        is_synced boolean not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz
      )`)
    this.addSql('create index passkey_account on passkey (account_id, id)')

    this.addSql(`
      create table passkey_challenge (
        -- sha256
        hash bytea primary key,
        purpose text not null check (purpose in ('add', 'sign-in', 'second-factor', 'reauthenticate')),
        -- whose answer it takes; of a sign-in without a name that of anybody
        account_id uuid references account on delete cascade,
        expires_at timestamptz not null
      )`)
    this.addSql('create index passkey_challenge_expiry on passkey_challenge (expires_at)')
    this.addSql('create index passkey_challenge_account on passkey_challenge (account_id)')

    this.addSql(`
      create table sign_in_challenge (
        -- sha256 of the token, which only the client has
        hash bytea primary key,
        account_id uuid not null references account on delete cascade,
        -- of the password that was right
        password_version int not null,
        expires_at timestamptz not null
      )`)
    this.addSql('create index sign_in_challenge_expiry on sign_in_challenge (expires_at)')
    this.addSql('create index sign_in_challenge_account on sign_in_challenge (account_id)')
  }
}
