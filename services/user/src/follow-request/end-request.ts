import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Ends a request to follow, in the caller's transaction. @returns whether there was one */
export async function endRequest(
  tx: EntityManager,
  { requesterId, targetId }: { requesterId: string; targetId: string },
): Promise<boolean> {
  const ended = await query(tx, 'delete from follow_request where requester_id = $1 and target_id = $2 returning 1', [
    requesterId,
    targetId,
  ])
  return ended.length > 0
}
