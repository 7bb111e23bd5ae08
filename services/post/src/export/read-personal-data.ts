import type { ExportItem } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { listAuthorPostIds } from '../post/list-posts.ts'
import type { PostEditRow } from '../post/list-post-edits.ts'
import { queryPosts } from '../post/post-row.ts'

/** What post has for an export, a page of it: somebody's posts with their earlier wordings, the newest first. */
export async function readPersonalData(
  { em }: { em: EntityManager },
  { userId, after, limit }: { userId: string; after: string | null; limit: number },
): Promise<{ items: ExportItem<'posts'>[]; next: string | null }> {
  const refs = await listAuthorPostIds(em, { authorId: userId, own: true, before: after, limit })
  const ids = refs.map(({ id }) => id)
  const rows = await queryPosts(em, 'from post p where p.id = any($1::uuid[]) order by p.id desc', [ids])
  const edits = await readEdits(em, ids)
  const items = rows.flatMap((row) =>
    // Deleted meanwhile.
    row.state === 'deleted'
      ? []
      : {
          id: row.id,
          state: row.state,
          audience: row.audience,
          commentsOff: row.commentsOff,
          likesHidden: row.likesHidden,
          caption: row.caption,
          media: row.media.map(({ id, altText }) => ({ mediaId: id, altText })),
          location: row.location ?? null,
          createdAt: row.createdAt.toISOString(),
          editedAt: row.editedAt?.toISOString() ?? null,
          edits: edits.get(row.id) ?? [],
        },
  )
  return { items, next: refs.length === limit ? (ids.at(-1) ?? null) : null }
}

async function readEdits(em: EntityManager, ids: string[]): Promise<Map<string, ExportItem<'posts'>['edits']>> {
  const rows = await query<Pick<PostEditRow, 'caption' | 'altTexts'> & { postId: string; replacedAt: string }>(
    em,
    `select post_id as "postId", caption, alt_texts as "altTexts", replaced_at as "replacedAt" from post_edit
     where post_id = any($1::uuid[]) order by post_id, version desc`,
    [ids],
  )
  const edits = new Map<string, ExportItem<'posts'>['edits']>()
  for (const { postId, replacedAt, ...edit } of rows) {
    const known = edits.get(postId) ?? []
    known.push({ ...edit, replacedAt: new Date(replacedAt).toISOString() })
    edits.set(postId, known)
  }
  return edits
}
