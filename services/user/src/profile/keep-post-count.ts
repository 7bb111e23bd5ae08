import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Keeps the newest number of somebody's posts, in whatever order and however often it is told. */
export async function keepPostCount(
  em: EntityManager,
  authorId: string,
  told: { count: number; version: number },
): Promise<void> {
  await query(
    em,
    `insert into post_count as c (author_id, posts, version) values ($1, $2, $3)
     on conflict (author_id) do update set posts = excluded.posts, version = excluded.version
     where excluded.version > c.version`,
    [authorId, told.count, told.version],
  )
}
