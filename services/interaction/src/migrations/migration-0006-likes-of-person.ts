import { Migration } from '@daguerre/kit/postgres'

/** Finds what somebody likes, the newest posts first: for their marks (posts/fill-marks.ts). */
export class Migration0006LikesOfPerson extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('set lock_timeout = 0')
    this.addSql('drop index concurrently if exists post_like_person')
    this.addSql('create index concurrently post_like_person on post_like (user_id, post_id desc) where active')
  }
}
