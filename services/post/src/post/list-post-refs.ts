import type { Audience } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { PostState } from '../post.entity.ts'

/** Who wrote these posts and what became of them; unknown ones are left out. */
export async function listPostRefs(
  em: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; authorId: string; state: PostState; audience: Audience; version: number }[]> {
  if (ids.length === 0) return []
  return query(
    em,
    `select id, author_id as "authorId", state, audience, version from post where id = any($1::uuid[])`,
    [ids],
  )
}
