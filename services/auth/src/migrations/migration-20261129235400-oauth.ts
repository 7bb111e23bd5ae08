import { Migration } from '@daguerre/kit/postgres'

/** Applications of third parties, and who lets them act for them. */
export class Migration20261129235400Oauth extends Migration {
  override up(): void {
    this.addSql(`
      create table oauth_client (
        id uuid primary key,
        account_id uuid not null references account on delete cascade,
        name text not null,
        website text,
        redirect_uris text[] not null,
        -- sha256; null: of a public one
        secret_hash bytea,
        created_at timestamptz not null default now()
      )`)
    this.addSql('create index oauth_client_account on oauth_client (account_id, id)')
    this.addSql(`
      create table oauth_grant (
        -- also the session that its access tokens are of
        id uuid primary key,
        account_id uuid not null references account on delete cascade,
        -- null: it is gone, and all its grants have ended
        client_id uuid references oauth_client on delete set null,
        scopes text[] not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz not null default now(),
        expires_at timestamptz not null,
        ended_at timestamptz
      )`)
    this.addSql('create index oauth_grant_account on oauth_grant (account_id, client_id)')
    this.addSql('create index oauth_grant_client on oauth_grant (client_id)')
    this.addSql('create index oauth_grant_expiry on oauth_grant (expires_at)')
    this.addSql('create index oauth_grant_ended on oauth_grant (ended_at) where ended_at is not null')
    this.addSql(`
      create table oauth_refresh_token (
        hash bytea primary key,
        grant_id uuid not null references oauth_grant on delete cascade,
        expires_at timestamptz not null,
        used_at timestamptz,
        -- the token that it was exchanged for, under a key that only it gives
        sealed_successor bytea
      )`)
    this.addSql('create index oauth_refresh_token_grant on oauth_refresh_token (grant_id)')
    this.addSql('create index oauth_refresh_token_expiry on oauth_refresh_token (expires_at)')
    this.addSql(`
      create index oauth_refresh_token_sealed on oauth_refresh_token (used_at) where sealed_successor is not null`)
    this.addSql(`
      create table oauth_code (
        hash bytea primary key,
        client_id uuid not null references oauth_client on delete cascade,
        account_id uuid not null references account on delete cascade,
        redirect_uri text not null,
        -- PKCE, S256
        challenge text not null,
        scopes text[] not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        -- what it was redeemed for
        grant_id uuid references oauth_grant on delete set null
      )`)
    this.addSql('create index oauth_code_client on oauth_code (client_id)')
    this.addSql('create index oauth_code_account on oauth_code (account_id)')
    this.addSql('create index oauth_code_grant on oauth_code (grant_id)')
    this.addSql('create index oauth_code_expiry on oauth_code (expires_at)')
  }
}
