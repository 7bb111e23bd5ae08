import type { EntityManager } from '@daguerre/kit/postgres'
import { type PostRow, queryPosts } from './post-row.ts'

/** Published posts among these, in the order asked. */
export async function readPublishedPosts(em: EntityManager, ids: readonly string[]): Promise<PostRow[]> {
  if (ids.length === 0) return []
  const rows = await queryPosts(em, `from post p where p.id = any($1::uuid[]) and p.state = 'published'`, [ids])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id.toLowerCase()) ?? [])
}

/** Those among these that are in work or have failed. */
export async function readUnpublishedPosts(em: EntityManager, ids: readonly string[]): Promise<PostRow[]> {
  if (ids.length === 0) return []
  return queryPosts(em, `from post p where p.id = any($1::uuid[]) and p.state in ('processing', 'failed')`, [ids])
}
