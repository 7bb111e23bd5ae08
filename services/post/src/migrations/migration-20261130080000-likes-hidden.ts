import { Migration } from '@daguerre/kit/postgres'

/** Whether the author alone learns how many like a post. */
export class Migration20261130080000LikesHidden extends Migration {
  override up(): void {
    this.addSql('alter table post add column likes_hidden boolean not null default false')
  }
}
