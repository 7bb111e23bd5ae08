import { Migration } from '@daguerre/kit/postgres'
import { rankSql } from '../explore/rank.ts'

/** Likes and comments of each published post as interaction has told of them, and what they make of its place in explore. */
export class Migration20261128000000Engagement extends Migration {
  override up(): void {
    this.addSql(`
      create table engagement (
        post_id uuid primary key references post (id),
        author_id uuid not null,
        likes integer not null,
        comments integer not null,
        version integer not null,
        rank double precision not null
      )`)
    const rank = rankSql({ likes: '0', comments: '0', createdAt: 'created_at' })
    this.addSql(`
      insert into engagement (post_id, author_id, likes, comments, version, rank)
      select id, author_id, 0, 0, 0, ${rank} from post where state = 'published'`)
    this.addSql('create index engagement_rank on engagement (rank desc, post_id) include (author_id)')
  }
}
