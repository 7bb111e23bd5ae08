import type { Comment, CommentCounts, PersonShort } from '@daguerre/contracts'
import { readCounts } from '@daguerre/kit/counters'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type CommentRow, isSeen, nobody } from './comment.ts'

/** Comments as the viewer sees them: three statements, however many there are. */
export async function presentComments(
  { em }: { em: EntityManager },
  rows: readonly CommentRow[],
  { authors, viewerId }: { authors: ReadonlyMap<string, PersonShort>; viewerId: string | undefined },
): Promise<Comment[]> {
  const ids = rows.map((row) => row.id)
  const counts = await countsOfComments(em, rows, viewerId)
  const liked = viewerId === undefined ? undefined : await readLiked(em, ids, viewerId)
  return rows.map((row) => ({
    id: row.id,
    postId: row.postId,
    parentId: row.parentId,
    author: authors.get(row.authorId) ?? nameless(row.authorId, row.authorUsername),
    ...(row.authorId === nobody && { deleted: true as const }),
    ...(row.heldBy !== null && row.heldBy !== 'unjudged' && row.heldFor === viewerId && { held: row.heldBy }),
    text: row.text,
    entities: row.entities,
    counts: counts.get(row.id) ?? { likes: 0, replies: 0 },
    viewer: liked ? { liked: liked.has(row.id) } : null,
    createdAt: new Date(row.createdAt).toISOString(),
  }))
}

/** What a viewer counts: who sees replies that are held, their own or those below their post, has them among the others. */
export async function countsOfComments(
  em: EntityManager,
  rows: readonly Pick<CommentRow, 'id' | 'postId'>[],
  viewerId: string | undefined,
): Promise<Map<string, CommentCounts>> {
  const ids = rows.map(({ id }) => id)
  const [counts, held] = await Promise.all([
    readCounts(em, ids, ['likes', 'replies']),
    viewerId === undefined || ids.length === 0
      ? []
      : query<Pick<CommentRow, 'authorId' | 'heldBy' | 'heldFor'> & { parentId: string }>(
          em,
          `select parent_id as "parentId", author_id as "authorId", held_by as "heldBy", held_for as "heldFor" from comment
            where post_id = any($1::uuid[]) and parent_id = any($2::uuid[]) and held_by is not null and $3 in (author_id, held_for)`,
          [rows.map(({ postId }) => postId), ids, viewerId],
        ),
  ])
  const seen = held.filter((reply) => isSeen(reply, viewerId ?? null)).map(({ parentId }) => parentId)
  return new Map(
    ids.map((id) => {
      const { likes = 0, replies = 0 } = counts.get(id) ?? {}
      return [id, { likes, replies: replies + seen.filter((parentId) => parentId === id).length }]
    }),
  )
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
