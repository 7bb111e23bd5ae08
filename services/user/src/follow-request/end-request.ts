import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { nextVersion } from './next-version.ts'

/** Ends a request to follow, in the caller's transaction; where there is none nothing is announced. @returns whether there was one */
export async function endRequest(
  { tx, now }: { tx: EntityManager; now: Date },
  { requesterId, targetId }: { requesterId: string; targetId: string },
  { isAccepted }: { isAccepted: boolean },
): Promise<boolean> {
  const [ended] = await query(tx, 'delete from follow_request where requester_id = $1 and target_id = $2 returning 1', [
    requesterId,
    targetId,
  ])
  if (ended === undefined) return false
  await emit(
    tx,
    makeEvent(events.followRequestEnded, {
      subject: `${requesterId}:${targetId}`,
      version: await nextVersion(tx, { requesterId, targetId }),
      data: { requesterId, targetId, accepted: isAccepted, at: now.toISOString() },
    }),
  )
  return true
}
