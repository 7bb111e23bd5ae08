import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface LikeRow {
  likeId: string
  userId: string
  /** The person's name when they liked it: shown while user does not answer. */
  username: string
}

/** Who likes the post, newest first, from before `before`. */
export function listLikes(
  { em }: { em: EntityManager },
  input: { postId: string; before: string | null; limit: number },
): Promise<LikeRow[]> {
  return query<LikeRow>(
    em,
    `select like_id as "likeId", user_id as "userId", username from post_like
      where post_id = $1 and active and like_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      order by like_id desc limit $3`,
    [input.postId, input.before, input.limit],
  )
}
