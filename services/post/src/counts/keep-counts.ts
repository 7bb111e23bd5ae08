import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface ToldCounts {
  postId: string
  likes: number
  comments: number
  version: number
}

/** Keeps what interaction tells of posts' likes and comments, the newest version of each. */
export async function keepCounts({ em }: { em: EntityManager }, items: readonly ToldCounts[]): Promise<void> {
  // In one order for all, so that two of them cannot wait for each other in a circle.
  const sorted = items.toSorted((a, b) => (a.postId < b.postId ? -1 : 1))
  await query(
    em,
    `insert into post_count as known (post_id, likes, comments, version)
     select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[])
     on conflict (post_id) do update
        set likes = excluded.likes, comments = excluded.comments, version = excluded.version
      where excluded.version > known.version`,
    [
      sorted.map(({ postId }) => postId),
      sorted.map(({ likes }) => likes),
      sorted.map(({ comments }) => comments),
      sorted.map(({ version }) => version),
    ],
  )
}
