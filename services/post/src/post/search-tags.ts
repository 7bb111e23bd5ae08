import { foldTag, type TagCount } from '@daguerre/contracts'
import { readCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Tags that begin so, with or without #, most used first. Tags without posts are left out. */
export async function searchTags(em: EntityManager, prefix: string, limit: number): Promise<TagCount[]> {
  const from = foldTag(prefix.replace(/^[#＃]/u, ''))
  if (from === '') return []
  // Order by the folded counts, which lag by a second; what is shown is exact.
  const rows = await query<{ id: string; tag: string }>(
    em,
    `/* all shards: search-tags */ select t.id, t.tag from tag t left join counter c on c.subject_id = t.id and c.name = 'posts'
     where t.tag >= $1 and t.tag < $2 and coalesce(c.value, 1) > 0
     order by coalesce(c.value, 1) desc, t.tag limit $3`,
    [from, `${from}\u{10ffff}`, limit],
  )
  const counts = await readCounts(
    em,
    rows.map((row) => row.id),
    ['posts'],
  )
  return rows
    .map(({ id, tag }) => ({ tag, posts: counts.get(id)?.posts ?? 0 }))
    .filter(({ posts }) => posts > 0)
    .toSorted((a, b) => b.posts - a.posts || (a.tag < b.tag ? -1 : 1))
}
