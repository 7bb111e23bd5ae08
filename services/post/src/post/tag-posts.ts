import { bumpAll, dropCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Files a published post under tags and counts it there, in the caller's transaction. */
export async function addTags(em: EntityManager, postId: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  // In order, so that two posts that first use the same tags wait for each other instead of locking up.
  const sorted = tags.toSorted()
  await query(em, `insert into post_tag (tag, post_id) select unnest($1::text[]), $2`, [sorted, postId])
  await bumpAll(em, await holdTags(em, sorted), 'posts', 1)
}

/** Takes a post out of tags, in the caller's transaction. */
export async function removeTags(em: EntityManager, postId: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  const rows = await query<{ id: string }>(em, `select id from tag where tag = any($1::text[])`, [tags])
  await query(em, `delete from post_tag where post_id = $1 and tag = any($2::text[])`, [postId, tags])
  await bumpAll(
    em,
    rows.map((row) => row.id),
    'posts',
    -1,
  )
}

/** Forgets words that no post uses any more: they are somebody's, too. @returns how many */
export async function forgetUnusedTags(em: EntityManager, limit = 500): Promise<number> {
  return em.transactional(async (tx) => {
    const found = await query<{ tag: string }>(
      tx,
      `/* all shards: unused-tags */ select t.tag from counter c join tag t on t.id = c.subject_id
        where c.name = 'posts' and c.value = 0 limit $1`,
      [limit],
    )
    const held = await query<{ tag: string }>(
      tx,
      `select tag from tag where tag = any($1::text[]) order by tag for update skip locked`,
      [found.map(({ tag }) => tag)],
    )
    // Asked only now: whoever has used one meanwhile held it, and has committed.
    const used = await query<{ tag: string }>(
      tx,
      `/* all shards: unused-tags */ select distinct tag from post_tag where tag = any($1::text[])`,
      [held.map(({ tag }) => tag)],
    )
    const inUse = new Set(used.map(({ tag }) => tag))
    const gone = await query<{ id: string }>(tx, `delete from tag where tag = any($1::text[]) returning id`, [
      held.flatMap(({ tag }) => (inUse.has(tag) ? [] : [tag])),
    ])
    await dropCounts(
      tx,
      gone.map(({ id }) => id),
    )
    return gone.length
  })
}

/** Ids of tags, made where they are missing; none of them is forgotten before the transaction ends. */
async function holdTags(em: EntityManager, sorted: readonly string[]): Promise<string[]> {
  for (;;) {
    await query(em, `insert into tag (tag) select unnest($1::text[]) on conflict do nothing`, [sorted])
    const rows = await query<{ id: string }>(
      em,
      `select id from tag where tag = any($1::text[]) order by tag for key share`,
      [sorted],
    )
    // One was forgotten in between.
    if (rows.length === sorted.length) return rows.map((row) => row.id)
  }
}
