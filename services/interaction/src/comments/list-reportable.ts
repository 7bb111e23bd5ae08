import type { Reportable } from '@daguerre/contracts'
import { hiddenPeople, notVouchedFor, type SeeDeps, seenPosts } from '@daguerre/copies/see'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { VisiblePost } from '../posts/find-post.ts'
import { commentColumns, type CommentRow, isSeen, nobody } from './comment.ts'

type Found = CommentRow & { post: Pick<VisiblePost, 'authorId' | 'audience'> & { state: string } }

/**
 * Comments as moderation shows them. @param viewerId who reports, and sees what they see elsewhere; null: a moderator
 * @throws Problem 503 `user.unavailable` if user alone could vouch for more and does not answer
 */
export async function listReportable(
  { em, ...seeing }: SeeDeps & { em: EntityManager },
  ids: readonly string[],
  viewerId: string | null,
): Promise<Reportable[]> {
  const rows = await query<Found>(
    em,
    `/* all shards: comment-by-id */ select * from (
       select ${commentColumns},
         (select json_build_object('authorId', p.author_id, 'audience', p.audience, 'state', p.state) from post_ref p
           where p.post_id = comment.post_id and p.state <> 'deleted') as post
       from comment where id = any($1::uuid[]) and author_id <> $2) found
     where post is not null`,
    [ids, nobody],
  )
  const found = viewerId === null ? rows : await seenBy(seeing, rows, viewerId)
  return found.map(({ id, authorId, authorUsername, text, postId }) => ({
    id,
    person: { id: authorId, username: authorUsername },
    text,
    images: [],
    postId,
  }))
}

async function seenBy(seeing: SeeDeps, rows: Found[], viewerId: string): Promise<Found[]> {
  const shown = rows.filter((row) => row.post.state === 'published' && isSeen(row, viewerId))
  const [posts, hidden] = await Promise.all([
    seenPosts(
      seeing,
      shown.map(({ id, post: { authorId, audience } }) => ({ id, authorId, audience })),
      viewerId,
    ),
    hiddenPeople(
      seeing,
      shown.map(({ authorId }) => authorId),
      viewerId,
    ),
  ])
  if (posts.seen.size < shown.length && !posts.areKnown) throw notVouchedFor()
  return shown.filter(({ id, authorId }) => posts.seen.has(id) && !hidden.has(authorId))
}
