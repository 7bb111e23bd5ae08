import { idempotencySql } from '@daguerre/kit/idempotency'
import { outboxSql } from '@daguerre/kit/outbox'
import { Migration } from '@daguerre/kit/postgres'

/** Photos and, in the same table, the queue of those that wait for their variants. */
export class Migration20260101000000Media extends Migration {
  override name = 'migration-20260101000000-media'

  override up(): void {
    this.addSql(`
      create table media (
        id uuid primary key,
        owner_id uuid not null,
        state text not null check (state in ('uploading', 'processing', 'ready', 'failed')),
        reason text,
        -- streamed: nobody knows the id before the upload is complete
        source text not null check (source in ('streamed', 'presigned')),
        declared_bytes int,
        -- until when somebody may still write the original
        url_until timestamptz,
        -- where the original is; null once it has been removed
        original_key text,
        bytes int,
        sha256 bytea,
        format text,
        width int,
        height int,
        placeholder text,
        -- [{ name, width, height, bytes }]
        variants jsonb not null default '[]',
        attempts int not null default 0,
        -- when it may be taken up (again): now, the end of the lease, or of a pause after an error
        claimable_at timestamptz,
        -- who works on it
        lease uuid,
        version int not null default 1,
        created_at timestamptz not null default now(),
        finished_at timestamptz,
        check ((state = 'failed') = (reason is not null)),
        check ((state = 'processing') = (claimable_at is not null))
      )`)
    this.addSql("create index media_queue on media (claimable_at) where state = 'processing'")
    this.addSql("create index media_uploading on media (created_at) where state = 'uploading'")
    this.addSql("create index media_leftover on media (id) where state = 'failed' and original_key is not null")

    for (const sql of [...outboxSql, ...idempotencySql]) this.addSql(sql)
  }
}
