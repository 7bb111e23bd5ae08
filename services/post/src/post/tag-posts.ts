import { bumpAll, dropCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Files a published post under tags, in the caller's transaction, and counts it there if it counts: if its author's account is open. */
export async function addTags(
  em: EntityManager,
  postId: string,
  tags: readonly string[],
  { isCounted }: { isCounted: boolean },
): Promise<void> {
  if (tags.length === 0) return
  // In order, so that two posts that first use the same tags wait for each other instead of locking up.
  const sorted = tags.toSorted()
  await query(em, `insert into post_tag (tag, post_id) select unnest($1::text[]), $2`, [sorted, postId])
  await bumpAll(em, await holdTags(em, sorted), 'posts', isCounted ? 1 : 0)
}

/** Takes a post out of tags, in the caller's transaction. */
export async function removeTags(
  em: EntityManager,
  postId: string,
  tags: readonly string[],
  { isCounted }: { isCounted: boolean },
): Promise<void> {
  if (tags.length === 0) return
  const rows = await query<{ id: string }>(em, `select id from tag where tag = any($1::text[])`, [tags])
  await query(em, `delete from post_tag where post_id = $1 and tag = any($2::text[])`, [postId, tags])
  await bumpAll(
    em,
    rows.map((row) => row.id),
    'posts',
    isCounted ? -1 : 0,
  )
}

/** Counts all that an author has under tags, in the caller's transaction, or does not any more. */
export async function countTagsOf(em: EntityManager, authorId: string, isCounted: boolean): Promise<void> {
  const used = await query<{ tag: string; posts: number }>(
    em,
    `/* all shards: tags-of-an-author */ select t.tag, count(*)::int as posts from post p join post_tag t on t.post_id = p.id
      where p.author_id = $1 and p.state = 'published' group by t.tag`,
    [authorId],
  )
  await query(
    em,
    `insert into counter_delta (subject_id, name, delta)
     select t.id, 'posts', used.posts * $3::int from unnest($1::text[], $2::int[]) as used (tag, posts) join tag t on t.tag = used.tag`,
    [used.map(({ tag }) => tag), used.map(({ posts }) => posts), isCounted ? 1 : -1],
  )
}

/** Forgets words that no post uses any more: they are somebody's, too. @returns how many */
export async function forgetUnusedTags(em: EntityManager, limit = 500): Promise<number> {
  return em.transactional(async (tx) => {
    const found = await query<{ tag: string }>(
      tx,
      `/* all shards: unused-tags */ select t.tag from counter c join tag t on t.id = c.subject_id
        where c.name = 'posts' and c.value = 0 and not exists (select from post_tag p where p.tag = t.tag) limit $1`,
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
