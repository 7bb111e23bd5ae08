import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Ids of all close friends of somebody. */
export async function readCloseFriendIds(em: EntityManager, ownerId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(em, 'select friend_id as id from close_friend where owner_id = $1', [
    ownerId,
  ])
  return rows.map(({ id }) => id)
}
