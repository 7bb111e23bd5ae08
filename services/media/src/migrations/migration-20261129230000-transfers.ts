import { Migration } from '@daguerre/kit/postgres'

/** What people take along and bring, and in the same table the queues of both. */
export class Migration20261129230000Transfers extends Migration {
  override up(): void {
    this.addSql(`
      create table transfer (
        id uuid primary key,
        owner_id uuid not null,
        owner_name text not null,
        kind text not null check (kind in ('export', 'archive')),
        state text not null check (state in ('uploading', 'working', 'ready', 'failed', 'erased')),
        reason text,
        -- size of the ZIP: of an archive as it was declared
        bytes bigint,
        -- the multipart upload of an archive
        upload_id text,
        -- of an archive: whom its posts are for, where it does not say it
        audience text not null default 'only_me',
        -- how far it is: of an export photos, of an archive posts
        done int not null default 0,
        total int,
        -- posts of an archive that are here
        posts int not null default 0,
        omissions int not null default 0,
        attempts int not null default 0,
        -- when it may be taken up (again): now, the end of the lease, or of a pause
        due_at timestamptz,
        lease uuid,
        -- when its object is removed
        erase_at timestamptz not null,
        created_at timestamptz not null default now(),
        finished_at timestamptz,
        check ((state = 'failed') = (reason is not null)),
        check ((state = 'working') = (due_at is not null))
      )`)
    this.addSql("create index transfer_queue on transfer (kind, due_at) where state = 'working'")
    this.addSql('create index transfer_owner on transfer (owner_id, kind, id desc)')
    this.addSql('create index transfer_erase on transfer (erase_at)')
    // One at a time, however many ask at once.
    this.addSql("create unique index transfer_one on transfer (owner_id, kind) where state in ('uploading', 'working')")

    // What of an archive was left out, and why.
    this.addSql(`
      create table transfer_omission (
        transfer_id uuid not null references transfer (id) on delete cascade,
        number int not null,
        position int not null,
        at timestamptz,
        file text,
        reason text not null,
        primary key (transfer_id, number)
      )`)
  }
}
