import { Migration } from '@daguerre/kit/postgres'

/** What was told last of each counter, and a version by which those who are told keep the newest. Nothing has been told yet. */
export class Migration0002ToldCounts extends Migration {
  override up(): void {
    this.addSql('alter table counter add column told bigint, add column version bigint not null default 0')
  }
}
