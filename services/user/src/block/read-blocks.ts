import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface Block {
  blockerId: string
  blockedId: string
}

const columns = 'blocker_id as "blockerId", blocked_id as "blockedId"'

/** Blocks between the viewer and these people, by either. */
export function readBlocks(em: EntityManager, viewerId: string, ids: readonly string[]): Promise<Block[]> {
  return query<Block>(
    em,
    `select ${columns} from block where blocker_id = $1 and blocked_id = any($2::uuid[])
     union all
     select ${columns} from block where blocked_id = $1 and blocker_id = any($2::uuid[])`,
    [viewerId, ids],
  )
}

/** Ids of all those of a block with the viewer, by either. */
export async function readBlockedIds(em: EntityManager, viewerId: string | null): Promise<string[]> {
  if (viewerId === null) return []
  const rows = await query<{ id: string }>(
    em,
    `/* all shards: blocks-of */ select blocked_id as id from block where blocker_id = $1
     union select blocker_id from block where blocked_id = $1`,
    [viewerId],
  )
  return rows.map(({ id }) => id)
}

export async function isBlocked(em: EntityManager, one: string, other: string): Promise<boolean> {
  return (await readBlocks(em, one, [other])).length > 0
}
