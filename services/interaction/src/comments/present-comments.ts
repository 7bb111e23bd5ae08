import type { Comment, PersonShort } from '@daguerre/contracts'
import { readCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type CommentRow, nobody } from './comment.ts'

/** Comments as the viewer sees them: two statements, however many there are. */
export async function presentComments(
  { em }: { em: EntityManager },
  rows: readonly CommentRow[],
  { authors, viewerId }: { authors: ReadonlyMap<string, PersonShort>; viewerId: string | undefined },
): Promise<Comment[]> {
  const ids = rows.map((row) => row.id)
  const counts = await readCounts(em, ids, ['likes', 'replies'])
  const liked = viewerId === undefined ? undefined : await readLiked(em, ids, viewerId)
  return rows.map((row) => ({
    id: row.id,
    postId: row.postId,
    parentId: row.parentId,
    author: authors.get(row.authorId) ?? nameless(row.authorId, row.authorUsername),
    ...(row.authorId === nobody && { deleted: true as const }),
    text: row.text,
    entities: row.entities,
    counts: counts.get(row.id) ?? { likes: 0, replies: 0 },
    viewer: liked ? { liked: liked.has(row.id) } : null,
    createdAt: new Date(row.createdAt).toISOString(),
  }))
}

async function readLiked(em: EntityManager, ids: string[], viewerId: string): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await query<{ id: string }>(
    em,
    `select comment_id as id from comment_like where comment_id = any($1::uuid[]) and user_id = $2`,
    [ids, viewerId],
  )
  return new Set(rows.map((row) => row.id))
}

/** Somebody of whom only the last known name is at hand. */
export function nameless(id: string, username: string): PersonShort {
  return { id, username, displayName: username, avatar: null }
}
