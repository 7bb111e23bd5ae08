import { Migration } from '@daguerre/kit/postgres'

/** Whether a post can be commented on. */
export class Migration20261130063000CommentsOff extends Migration {
  override up(): void {
    this.addSql('alter table post add column comments_off boolean not null default false')
  }
}
