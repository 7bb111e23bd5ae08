import { bumpAll } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Files a published post under tags and counts it there, in the caller's transaction. */
export async function addTags(em: EntityManager, postId: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  // In order, so that two posts that first use the same tags wait for each other instead of locking up.
  const sorted = tags.toSorted()
  await query(em, `insert into tag (tag) select unnest($1::text[]) on conflict do nothing`, [sorted])
  await query(em, `insert into post_tag (tag, post_id) select unnest($1::text[]), $2`, [sorted, postId])
  await count(em, sorted, 1)
}

/** Takes a post out of tags, in the caller's transaction. */
export async function removeTags(em: EntityManager, postId: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  await query(em, `delete from post_tag where post_id = $1 and tag = any($2::text[])`, [postId, tags])
  await count(em, tags, -1)
}

async function count(em: EntityManager, tags: readonly string[], delta: number): Promise<void> {
  const rows = await query<{ id: string }>(em, `select id from tag where tag = any($1::text[])`, [tags])
  await bumpAll(
    em,
    rows.map((row) => row.id),
    'posts',
    delta,
  )
}
