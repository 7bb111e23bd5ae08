import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Somebody asks to follow a private account, in the caller's transaction; who has asked already keeps their place. */
export async function requestFollow(
  tx: EntityManager,
  { requesterId, targetId }: { requesterId: string; targetId: string },
): Promise<void> {
  await query(
    tx,
    'insert into follow_request (requester_id, target_id, position) values ($1, $2, $3) on conflict do nothing',
    [requesterId, targetId, newId()],
  )
}
