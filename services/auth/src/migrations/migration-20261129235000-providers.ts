import { Migration } from '@daguerre/kit/postgres'

/** Who signs in elsewhere (OpenID Connect). */
export class Migration20261129235000Providers extends Migration {
  override up(): void {
    // Who comes from a provider has no password, and none is what no typed one is found to be.
    this.addSql('alter table account alter column password_hash drop not null')

    this.addSql(`
      create table identity (
        id uuid primary key,
        account_id uuid not null references account on delete cascade,
        -- its id in the configuration when it was used last
        provider text not null,
        issuer text not null,
        subject text not null,
        -- what its owner knows it by: an address or a name there
        label text,
        created_at timestamptz not null default now(),
        last_used_at timestamptz,
        unique (issuer, subject)
      )`)
    this.addSql('create index identity_account on identity (account_id, id)')

    this.addSql(`
      create table provider_visit (
        -- sha256 of the state, which goes to the provider and comes back
        hash bytea primary key,
        provider text not null,
        purpose text not null check (purpose in ('sign-in', 'link', 'reauthenticate')),
        -- sha256 of the cookie of the browser that began it
        device bytea not null,
        -- whose; of a sign-in nobody's
        session_id uuid references session on delete cascade,
        -- of PKCE: without it the code that comes back is worth nothing
        verifier text not null,
        nonce text not null,
        began_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`)
    this.addSql('create index provider_visit_expiry on provider_visit (expires_at)')
    this.addSql('create index provider_visit_session on provider_visit (session_id)')

    this.addSql(`
      create table newcomer (
        -- sha256 of the token, which only the client has
        hash bytea primary key,
        device bytea not null,
        provider text not null,
        issuer text not null,
        subject text not null,
        label text,
        email text,
        email_verified boolean not null,
        expires_at timestamptz not null
      )`)
    this.addSql('create index newcomer_expiry on newcomer (expires_at)')
    this.addSql('create index newcomer_subject on newcomer (issuer, subject)')
  }
}
