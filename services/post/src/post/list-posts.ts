import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type PostRow, queryPosts } from './post-row.ts'

export interface PostRef {
  id: string
  authorId: string
}

/** Where a list goes on: the id of the last post shown, or null at its beginning. */
export interface Keyset {
  before: string | null
  limit: number
}

/** Ids of the newest published posts of all, newest first. */
export async function listPostIds(em: EntityManager, { before, limit }: Keyset): Promise<PostRef[]> {
  return query(
    em,
    `/* all shards: global-feed */ select id, author_id as "authorId" from post
     where state = 'published' and id < $1 order by id desc limit $2`,
    [before ?? lastId, limit],
  )
}

/** Posts of one author, newest first: for the author also those in work or failed. */
export async function listAuthorPosts(
  em: EntityManager,
  { authorId, own, before, limit }: Keyset & { authorId: string; own: boolean },
): Promise<PostRow[]> {
  return queryPosts(
    em,
    `/* all shards: posts-of-an-author */ from post p
     where p.author_id = $1 and ${own ? `p.state <> 'deleted'` : `p.state = 'published'`}
       and p.id < $2 order by p.id desc limit $3`,
    [authorId, before ?? lastId, limit],
  )
}

/** Published posts with a tag, newest first. */
export async function listTagPosts(
  em: EntityManager,
  { tag, before, limit }: Keyset & { tag: string },
): Promise<PostRow[]> {
  return queryPosts(
    em,
    `/* all shards: posts-of-a-tag */ from post_tag t join post p on p.id = t.post_id
     where t.tag = $1 and t.post_id < $2 order by t.post_id desc limit $3`,
    [tag, before ?? lastId, limit],
  )
}

/** No id is above it. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
