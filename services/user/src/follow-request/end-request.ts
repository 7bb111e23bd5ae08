import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Ends a request to follow, in the caller's transaction. @returns whether there was one */
export async function endRequest(
  { tx, now }: { tx: EntityManager; now: Date },
  { requesterId, targetId }: { requesterId: string; targetId: string },
  { isAccepted }: { isAccepted: boolean },
): Promise<boolean> {
  const [request] = await query<{ version: number }>(
    tx,
    `update follow_request set active = false, version = version + 1
     where requester_id = $1 and target_id = $2 and active returning version`,
    [requesterId, targetId],
  )
  if (request === undefined) return false
  await emit(
    tx,
    makeEvent(events.followRequestEnded, {
      subject: `${requesterId}:${targetId}`,
      version: request.version,
      data: { requesterId, targetId, at: now.toISOString(), isAccepted },
    }),
  )
  return true
}
