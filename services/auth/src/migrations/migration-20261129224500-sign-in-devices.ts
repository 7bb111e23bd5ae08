import { Migration } from '@daguerre/kit/postgres'

/** Devices with which somebody has signed in: strangers cannot keep them waiting. */
export class Migration20261129224500SignInDevices extends Migration {
  override up(): void {
    this.addSql(`
      create table sign_in_device (
        account_id uuid not null references account on delete cascade,
        -- sha256 of the cookie that the device keeps
        device bytea not null,
        last_seen_at timestamptz not null default now(),
        primary key (account_id, device)
      )`)
    this.addSql('create index sign_in_device_device on sign_in_device (device)')
    this.addSql('create index sign_in_device_seen on sign_in_device (last_seen_at)')
  }
}
