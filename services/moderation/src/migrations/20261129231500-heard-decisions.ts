import { Migration } from '@daguerre/kit/postgres'

/** Entries that tell of an event have its id, so that one that comes twice is entered once. */
export class Migration20261129231500HeardDecisions extends Migration {
  override readonly contract = 'the version before writes no event_id, and null is like no other'

  override up(): void {
    this.addSql('alter table audit_entry add column event_id uuid')
    this.addSql('create unique index audit_entry_of_event on audit_entry (event_id) where event_id is not null')
  }
}
