import type { BlockedText, BlockedTextRule } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { iso } from '../act/act.ts'

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Blocked words and domains, the latest first. @param before id of the last one seen, or null for the beginning */
export async function listTexts(
  em: EntityManager,
  { before, limit }: { before: string | null; limit: number },
): Promise<BlockedText[]> {
  const rows = await query<BlockedTextRule & { id: string; by: string; name: string; at: string }>(
    em,
    `select id, kind, value, effect, moderator_id as by, moderator_name as name, created_at as at from blocked_text
      where id < $1 order by id desc limit $2`,
    [before ?? lastId, limit],
  )
  return rows.map(({ id, kind, value, effect, by, name, at }) => ({
    ...{ id, kind, value, effect },
    moderator: { id: by, username: name },
    createdAt: iso(at),
  }))
}

/** All of them, as texts are held against them. */
export async function readRules(em: EntityManager): Promise<BlockedTextRule[]> {
  return query(em, 'select kind, value, effect from blocked_text order by id')
}
