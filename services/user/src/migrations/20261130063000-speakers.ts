import { Migration } from '@daguerre/kit/postgres'

/** Whom somebody lets comment below their posts, and whom mention them. */
export class Migration20261130063000Speakers extends Migration {
  override up(): void {
    for (const column of ['comments_by', 'mentions_by']) {
      this.addSql(`alter table profile add column ${column} text not null default 'everybody'`)
    }
  }
}
