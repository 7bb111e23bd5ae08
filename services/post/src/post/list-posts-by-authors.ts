import { type EntityManager, query } from '@daguerre/kit/postgres'
import { lastId, type Keyset, type PostRef } from './list-posts.ts'

const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Ids of the newest published posts of these authors, newest first, whatever the number of authors: the index gives a
 * few heads an author, and only authors whose heads were all among the newest are read deeper.
 */
export async function listPostsByAuthors(
  em: EntityManager,
  { authorIds, before, limit }: Keyset & { authorIds: readonly string[] },
): Promise<PostRef[]> {
  const authors = [...new Set(authorIds)]
  let newest: PostRef[] = []
  let floor = firstId
  let depth = Math.min(limit, Math.max(4, Math.ceil((2 * limit) / Math.max(authors.length, 1))))
  let open = authors.map((authorId) => ({ authorId, id: before ?? lastId }))
  while (open.length > 0) {
    const rows = await query<PostRef & { deeper: boolean }>(em, headsSql, [
      open.map((author) => author.authorId),
      open.map((author) => author.id),
      floor,
      depth,
      limit,
    ])
    const heads = rows.filter((row) => !row.deeper).map(({ id, authorId }) => ({ id, authorId }))
    newest = [...newest, ...heads].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
    floor = newest.length === limit ? (newest.at(-1)?.id ?? firstId) : firstId
    open = rows.filter((row) => row.deeper && row.id > floor)
    depth = Math.min(limit, depth * 4)
  }
  return newest
}

// `deeper`: the last head of an author who may have more above the floor; the next round goes on from there.
const headsSql = `/* all shards: posts-of-authors */
  with head as materialized (
    select a.author_id, p.id, p.place
    from unnest($1::uuid[], $2::uuid[]) as a (author_id, before)
    cross join lateral (
      select id, row_number() over (order by id desc) as place from post
      where author_id = a.author_id and state = 'published' and id < a.before and id > $3
      order by id desc limit $4
    ) p
  ), newest as materialized (
    select author_id, id from head order by id desc limit $5
  )
  select id, author_id as "authorId", false as deeper from newest
  union all
  select id, author_id, true from head
  where place = $4 and id > coalesce((select id from newest order by id desc offset $5 - 1 limit 1), $3)`
