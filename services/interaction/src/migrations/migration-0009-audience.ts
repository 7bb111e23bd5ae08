import { Migration } from '@daguerre/kit/postgres'

/** Whom a post is for. */
export class Migration0009Audience extends Migration {
  override up(): void {
    this.addSql(`alter table post_ref add column audience text not null default 'public'`)
  }
}
