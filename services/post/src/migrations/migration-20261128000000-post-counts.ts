import { Migration } from '@daguerre/kit/postgres'

/** What interaction has told of the likes and comments of a post. One that nobody touched has no row. */
export class Migration20261128000000PostCounts extends Migration {
  override up(): void {
    this.addSql(`
      create table post_count (
        post_id uuid primary key,
        likes integer not null,
        comments integer not null,
        version integer not null
      )`)
  }
}
