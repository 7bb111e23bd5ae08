import { Migration } from '@daguerre/kit/postgres'

/** Comments that are not shown to all: why, and whose post they are below. */
export class Migration0010HeldComments extends Migration {
  override up(): void {
    this.addSql('alter table comment add column held_by text')
    this.addSql('alter table comment add column held_for uuid')
    // The comment that a reply answers, whose author hears of it when it is let through.
    this.addSql('alter table comment add column answered_id uuid')
  }
}
