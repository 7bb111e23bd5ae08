import { Migration } from '@daguerre/kit/postgres'

/** Whether a post can be commented on. */
export class Migration0012CommentsOff extends Migration {
  override up(): void {
    this.addSql('alter table post_ref add column comments_off boolean not null default false')
  }
}
