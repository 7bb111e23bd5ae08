import { type EntityManager, query } from '@daguerre/kit/postgres'

/** The viewer no longer blocks somebody; what ended by the block stays ended. @returns whether they did */
export async function unblockPerson(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  blockedId: string,
): Promise<boolean> {
  const rows = await query(em, 'delete from block where blocker_id = $1 and blocked_id = $2 returning 1', [
    viewer.id,
    blockedId,
  ])
  return rows.length > 0
}
