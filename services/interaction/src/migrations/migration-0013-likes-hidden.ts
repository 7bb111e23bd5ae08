import { Migration } from '@daguerre/kit/postgres'

/** Whether the author alone learns how many like a post. */
export class Migration0013LikesHidden extends Migration {
  override up(): void {
    this.addSql('alter table post_ref add column likes_hidden boolean not null default false')
  }
}
