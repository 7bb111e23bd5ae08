import { Migration } from '@daguerre/kit/postgres'

/** How often it was told of somebody's request to somebody: requests are deleted when they end, and their events need an order. */
export class Migration20261129233000RequestVersions extends Migration {
  override up(): void {
    this.addSql(`
      create table follow_request_version (
        requester_id uuid not null,
        target_id uuid not null,
        version integer not null,
        primary key (requester_id, target_id)
      )`)
    this.addSql('create index follow_request_version_to on follow_request_version (target_id)')
  }
}
