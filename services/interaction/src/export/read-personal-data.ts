import type { ExportItem } from '@daguerre/contracts'
import { timeOf } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'

type Section = 'comments' | 'likes' | 'comment-likes' | 'saves'
type Keyset = { userId: string; after: string | null; limit: number }

// Each by an index that begins with the person, the newest first; `key` is where the next page goes on.
const statements: Record<Section, string> = {
  comments: `select id as key, id, post_id as "postId", parent_id as "parentId", text, created_at as at from comment
    where author_id = $1 and id < $2 order by id desc limit $3`,
  likes: `select post_id as key, post_id as "postId", at from post_like
    where user_id = $1 and active and post_id < $2 order by post_id desc limit $3`,
  'comment-likes': `select comment_id as key, comment_id as "commentId", at from comment_like
    where user_id = $1 and comment_id < $2 order by comment_id desc limit $3`,
  saves: `select save_id as key, post_id as "postId" from saved_post
    where user_id = $1 and save_id < $2 order by save_id desc limit $3`,
}

type Row = { key: string; at?: string } & Record<string, unknown>

/** What interaction has for an export, a page of it. */
export async function readPersonalData(
  { em }: { em: EntityManager },
  { userId, section, after, limit }: Keyset & { section: Section },
): Promise<{ items: unknown[]; next: string | null }> {
  const rows = await query<Row>(em, `/* all shards: personal-data */ ${statements[section]}`, [
    userId,
    after ?? lastId,
    limit,
  ])
  const items = rows.map(({ key, at, ...row }) => {
    // An id of a save is made when it is saved.
    const time = (at === undefined ? timeOf(key) : new Date(at)).toISOString()
    return section === 'comments'
      ? ({ ...row, createdAt: time } as ExportItem<'comments'>)
      : ({ ...row, at: time } as ExportItem<'likes' | 'comment-likes' | 'saves'>)
  })
  return { items, next: rows.length === limit ? (rows.at(-1)?.key ?? null) : null }
}

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
