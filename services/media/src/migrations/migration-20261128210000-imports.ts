import { Migration } from '@daguerre/kit/postgres'

/** Photos that are fetched from a URL before they are worked on. */
export class Migration20261128210000Imports extends Migration {
  override readonly contract = 'the check on source is only widened: whatever the version before writes still holds'

  override up(): void {
    this.addSql(`
      alter table media
        -- where it is fetched from; null once it is here, or has failed: such a URL may be a secret
        add column import_url text,
        -- when it may be fetched (again): now, the end of the lease, or of a pause. Until its bytes are there claimable_at is
        -- 'infinity', so that nobody works on it, an earlier version neither
        add column fetch_at timestamptz,
        drop constraint media_source_check,
        add constraint media_source_check check (source in ('streamed', 'presigned', 'imported')) not valid`)
  }
}
