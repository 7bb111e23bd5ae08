import type { PhotoBlock } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { iso } from '../act/act.ts'

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Blocked photos, the latest first. @param before id of the last one seen, or null for the beginning */
export async function listBlocks(
  em: EntityManager,
  { before, limit }: { before: string | null; limit: number },
): Promise<PhotoBlock[]> {
  const rows = await query<{ id: string; reason: string; by: string; name: string; at: string }>(
    em,
    `select id, reason, moderator_id as by, moderator_name as name, created_at as at from photo_block
      where id < $1 order by id desc limit $2`,
    [before ?? lastId, limit],
  )
  return rows.map(({ id, reason, by, name, at }) => ({
    id,
    reason,
    moderator: { id: by, username: name },
    createdAt: iso(at),
  }))
}
