import type { Audience } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** What this service knows of a post: whose it is, whether it can be seen and by whom. */
export interface PostRef {
  id: string
  authorId: string
  state: 'processing' | 'published' | 'failed' | 'deleted'
  audience: Audience
  commentsOff: boolean
  likesHidden: boolean
  version: number
}

/**
 * Keeps the newest of what is told about posts, in whatever order and however often it comes. Deleted is for ever, and
 * asks for the removal of what people left on the post.
 */
export async function storePosts({ em }: { em: EntityManager }, posts: readonly PostRef[]): Promise<void> {
  if (posts.length === 0) return
  // One statement takes one row of an id only once, and a fixed order of ids keeps two of these from locking each other.
  const newest = new Map<string, PostRef>()
  for (const post of posts) {
    const known = newest.get(post.id)
    if (known && (known.state === 'deleted' || (post.state !== 'deleted' && known.version >= post.version))) continue
    newest.set(post.id, post)
  }
  const rows = [...newest.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await query(
    em,
    `insert into post_ref as known (post_id, author_id, state, audience, comments_off, likes_hidden, version, purge_at, purges_left)
     select post_id, author_id, state, audience, comments_off, likes_hidden, version,
            case when state = 'deleted' then now() end, case when state = 'deleted' then 2 else 0 end
       from jsonb_to_recordset($1::jsonb) as told (post_id uuid, author_id uuid, state text, audience text, comments_off boolean, likes_hidden boolean, version integer)
     on conflict (post_id) do update
        set author_id = excluded.author_id, state = excluded.state, audience = excluded.audience,
            comments_off = excluded.comments_off, likes_hidden = excluded.likes_hidden, purge_at = excluded.purge_at,
            purges_left = excluded.purges_left, version = greatest(known.version, excluded.version)
      where known.state <> 'deleted' and (excluded.state = 'deleted' or excluded.version > known.version)`,
    [
      JSON.stringify(
        rows.map((post) => ({
          post_id: post.id,
          author_id: post.authorId,
          state: post.state,
          audience: post.audience,
          comments_off: post.commentsOff,
          likes_hidden: post.likesHidden,
          version: post.version,
        })),
      ),
    ],
  )
}
