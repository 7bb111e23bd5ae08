import { findErased } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface ToldPostCount {
  authorId: string
  count: number
  version: number
}

/** Keeps the newest numbers of people's posts, in whatever order and however often they are told. */
export async function keepPostCounts(em: EntityManager, told: readonly ToldPostCount[]): Promise<void> {
  const newest = new Map<string, ToldPostCount>()
  for (const one of told) if (one.version > (newest.get(one.authorId)?.version ?? 0)) newest.set(one.authorId, one)
  // Of somebody who has left post still tells, of each of their posts.
  for (const id of await findErased(em, 'person', [...newest.keys()])) newest.delete(id)
  // In order, so that two of them cannot wait for each other in a circle.
  const rows = [...newest.values()].toSorted((a, b) => (a.authorId < b.authorId ? -1 : 1))
  await query(
    em,
    `insert into post_count as c (author_id, posts, version)
     select * from unnest($1::uuid[], $2::int[], $3::int[])
     on conflict (author_id) do update set posts = excluded.posts, version = excluded.version
     where excluded.version > c.version`,
    [rows.map(({ authorId }) => authorId), rows.map(({ count }) => count), rows.map(({ version }) => version)],
  )
}
