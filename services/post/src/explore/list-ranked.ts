import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { PostRef } from '../post/list-posts.ts'

/** Ids of the public posts that rank highest, the highest first. */
export async function listRanked(em: EntityManager, limit: number): Promise<PostRef[]> {
  return query(
    em,
    `/* all shards: explore */ select post_id as id, author_id as "authorId" from engagement where listed order by rank desc, post_id limit $1`,
    [limit],
  )
}
