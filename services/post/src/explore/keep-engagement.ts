import type { Audience } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { rankSql } from './rank.ts'

export interface ToldCounts {
  postId: string
  likes: number
  comments: number
  version: number
}

/** A post that can be seen from now on; nobody has touched it. Ranked if it is public. In the transaction that publishes it. */
export async function beginEngagement(
  tx: EntityManager,
  post: { id: string; authorId: string; audience: Audience; createdAt: Date },
): Promise<void> {
  const rank = rankSql({ likes: '0', comments: '0', createdAt: '$3::timestamptz' })
  await query(
    tx,
    `insert into engagement (post_id, author_id, likes, comments, version, rank, listed) values ($1, $2, 0, 0, 0, ${rank}, $4)`,
    [post.id, post.authorId, post.createdAt, post.audience === 'public'],
  )
}

/** Ranks a post, or does so no longer; its counts stay. In the transaction that changes its audience. */
export async function listEngagement(tx: EntityManager, postId: string, isListed: boolean): Promise<void> {
  await query(tx, 'update engagement set listed = $2 where post_id = $1', [postId, isListed])
}

/** A post is gone. In the transaction that deletes it. */
export async function endEngagement(tx: EntityManager, postId: string): Promise<void> {
  await query(tx, 'delete from engagement where post_id = $1', [postId])
}

/**
 * Keeps what interaction tells of posts' likes and comments, the newest version of each.
 * @returns what is kept of these posts now
 */
export async function keepEngagement(
  { em }: { em: EntityManager },
  items: readonly ToldCounts[],
): Promise<ToldCounts[]> {
  // Rows are locked in one order by all, so that two of them cannot wait for each other in a circle.
  await query(
    em,
    `/* all shards: told-counts */ with told as (
       select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[]) as t (post_id, likes, comments, version)
     ), older as (
       select e.post_id from engagement e join told on told.post_id = e.post_id and told.version > e.version
        order by e.post_id for update of e
     )
     update engagement e
        set likes = told.likes, comments = told.comments, version = told.version,
            rank = ${rankSql({ likes: 'told.likes', comments: 'told.comments', createdAt: 'post.created_at' })}
       from told join older using (post_id) join post on post.id = told.post_id
      where e.post_id = told.post_id and told.version > e.version`,
    [
      items.map(({ postId }) => postId),
      items.map(({ likes }) => likes),
      items.map(({ comments }) => comments),
      items.map(({ version }) => version),
    ],
  )
  return await query<ToldCounts>(
    em,
    `select post_id as "postId", likes, comments, version from engagement where post_id = any($1::uuid[])`,
    [items.map(({ postId }) => postId)],
  )
}
