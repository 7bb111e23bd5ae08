import type { Reportable } from '@daguerre/contracts'
import { notVouchedFor, type SeeDeps, seenPosts } from '@daguerre/copies/see'
import type { EntityManager } from '@daguerre/kit/postgres'
import { isShown, type PostRow, queryPosts, thumbnailUrl } from './post-row.ts'

/**
 * Published posts as moderation shows them, and held ones to moderators. @param viewerId who reports, and sees what they see elsewhere; null: a moderator
 * @throws Problem 503 `user.unavailable` if user alone could vouch for more and does not answer
 */
export async function listReportable(
  { em, ...seeing }: SeeDeps & { em: EntityManager },
  ids: readonly string[],
  viewerId: string | null,
): Promise<Reportable[]> {
  const rows = await queryPosts(
    em,
    `from post p where p.id = any($1::uuid[]) and (p.state = 'published' or (p.state = 'processing' and p.held_for is not null and coalesce(p.held_for->>'check', 'false') = 'false'))`,
    [ids],
  )
  const found = viewerId === null ? rows : await seenBy(seeing, rows.filter(isShown), viewerId)
  return found.map((row) => ({
    id: row.id,
    person: { id: row.authorId, username: row.authorUsername },
    text: row.caption,
    images: row.media.flatMap((media) => thumbnailUrl([media]) ?? []),
    mediaIds: row.media.map(({ id }) => id),
    postId: row.id,
  }))
}

async function seenBy(seeing: SeeDeps, rows: PostRow[], viewerId: string): Promise<PostRow[]> {
  const { seen, areKnown } = await seenPosts(seeing, rows, viewerId)
  if (seen.size < rows.length && !areKnown) throw notVouchedFor()
  return rows.filter(({ id }) => seen.has(id))
}
