import type { EntityManager } from '@daguerre/kit/postgres'
import { type PostRow, queryPosts } from './post-row.ts'

/** Posts among these that all may see, in the order asked. */
export async function readPublishedPosts(em: EntityManager, ids: readonly string[]): Promise<PostRow[]> {
  if (ids.length === 0) return []
  const rows = await queryPosts(
    em,
    `from post p where p.id = any($1::uuid[]) and p.state = 'published' and p.hidden_at is null`,
    [ids],
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id.toLowerCase()) ?? [])
}

/** Those among these that their author alone may see: in work, failed, or hidden. */
export async function readUnpublishedPosts(em: EntityManager, ids: readonly string[]): Promise<PostRow[]> {
  if (ids.length === 0) return []
  return queryPosts(
    em,
    `from post p where p.id = any($1::uuid[]) and p.state <> 'deleted' and (p.state <> 'published' or p.hidden_at is not null)`,
    [ids],
  )
}
