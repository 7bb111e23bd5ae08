import { Migration } from '@daguerre/kit/postgres'

/** Whom somebody does not want to see or hear of, and until when. */
export class Migration20261128200000Mutes extends Migration {
  override up(): void {
    // As an edge, a mute is never deleted: its version must go on, so that its events have an order.
    this.addSql(`
      create table mute (
        muter_id uuid not null,
        muted_id uuid not null,
        active boolean not null,
        ends_at timestamptz,
        version integer not null,
        position uuid not null,
        primary key (muter_id, muted_id),
        check (muter_id <> muted_id)
      )`)
    this.addSql('create index mute_of_person on mute (muter_id, position desc) where active')
  }
}
