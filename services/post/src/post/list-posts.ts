import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { PostKey } from '@daguerre/copies/hydrate-posts'
import type { PostState } from '../post.entity.ts'
import { readUnpublishedPosts } from './read-posts.ts'
import type { Showable } from './show-posts.ts'

export interface PostRef {
  id: string
  authorId: string
}

/** Where a list goes on: the id of the last post shown, or null at its beginning. */
export interface Keyset {
  before: string | null
  limit: number
}

/** Ids of the newest public posts of all, newest first. */
export async function listPostIds(em: EntityManager, { before, limit }: Keyset): Promise<PostRef[]> {
  return query(
    em,
    `/* all shards: global-feed */ select id, author_id as "authorId" from post
     where state = 'published' and audience = 'public' and id < $1 order by id desc limit $2`,
    [before ?? lastId, limit],
  )
}

/** Ids of the posts of one author, newest first: for the author also those in work, failed or hidden. */
export async function listAuthorPostIds(
  em: EntityManager,
  { authorId, own, before, limit }: Keyset & { authorId: string; own: boolean },
): Promise<(PostRef & { state: PostState; hidden: boolean })[]> {
  return query(
    em,
    `/* all shards: posts-of-an-author */ select id, author_id as "authorId", state, hidden_at is not null as hidden from post
     where author_id = $1 and ${own ? `state <> 'deleted'` : `state = 'published' and hidden_at is null`}
       and id < $2 order by id desc limit $3`,
    [authorId, before ?? lastId, limit],
  )
}

/** Posts of one author, as `listAuthorPostIds`. */
export async function listAuthorPosts(
  em: EntityManager,
  whose: Keyset & { authorId: string; own: boolean },
): Promise<Showable[]> {
  const refs = await listAuthorPostIds(em, whose)
  const unpublished = refs.flatMap(({ id, state, hidden }) => (state === 'published' && !hidden ? [] : [id]))
  const rows = new Map((await readUnpublishedPosts(em, unpublished)).map((row) => [row.id, row]))
  return refs.map((ref) => rows.get(ref.id) ?? keyOf(ref))
}

/** Public posts with a tag, newest first. */
export async function listTagPosts(
  em: EntityManager,
  { tag, before, limit }: Keyset & { tag: string },
): Promise<Showable[]> {
  const refs = await query<PostRef>(
    em,
    `/* all shards: posts-of-a-tag */ select p.id, p.author_id as "authorId" from post_tag t join post p on p.id = t.post_id
     where t.tag = $1 and t.post_id < $2 order by t.post_id desc limit $3`,
    [tag, before ?? lastId, limit],
  )
  return refs.map(keyOf)
}

function keyOf({ id, authorId }: PostRef): PostKey {
  return { postId: id, authorId }
}

/** No id is above it. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
