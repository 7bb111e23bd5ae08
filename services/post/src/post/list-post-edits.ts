import type { Entity } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** What a post said before an edit. */
export interface PostEditRow {
  version: number
  caption: string
  entities: Entity[]
  altTexts: { mediaId: string; altText: string }[]
  replacedAt: Date
}

/** Earlier wordings of a post, the latest first. @param before the version of the last one shown */
export async function listPostEdits(
  em: EntityManager,
  postId: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<PostEditRow[]> {
  const rows = await query<Omit<PostEditRow, 'replacedAt'> & { replacedAt: string }>(
    em,
    `select version, caption, entities, alt_texts as "altTexts", replaced_at as "replacedAt" from post_edit
     where post_id = $1 and version < $2 order by version desc limit $3`,
    [postId, before ?? 2_147_483_647, limit],
  )
  return rows.map((row) => ({ ...row, replacedAt: new Date(row.replacedAt) }))
}
