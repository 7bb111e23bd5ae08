import { Migration } from '@daguerre/kit/postgres'

/** Tokens that people make for applications. */
export class Migration20261129223500PersonalTokens extends Migration {
  override up(): void {
    this.addSql(`
      create table personal_token (
        -- also the session that its access tokens are of
        id uuid primary key,
        account_id uuid not null references account on delete cascade,
        name text not null,
        -- sha256 of the token, which only the application has
        hash bytea not null unique,
        scopes text[] not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`)
    this.addSql('create index personal_token_account on personal_token (account_id, id)')
    this.addSql('create index personal_token_expiry on personal_token (expires_at)')
    this.addSql('create index personal_token_revoked on personal_token (revoked_at) where revoked_at is not null')
  }
}
