import { type EntityManager, query } from '@daguerre/kit/postgres'

/**
 * The version of what is told next of somebody's request to somebody, after it was changed in the caller's transaction: whoever changes
 * it meanwhile waits for the request's row, so versions have the order of the changes.
 */
export async function nextVersion(
  tx: EntityManager,
  { requesterId, targetId }: { requesterId: string; targetId: string },
): Promise<number> {
  const [told] = await query<{ version: number }>(
    tx,
    `insert into follow_request_version as v (requester_id, target_id, version) values ($1, $2, 1)
     on conflict (requester_id, target_id) do update set version = v.version + 1 returning version`,
    [requesterId, targetId],
  )
  return told!.version
}
