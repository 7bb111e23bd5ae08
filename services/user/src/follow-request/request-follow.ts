import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { nextVersion } from './next-version.ts'

/**
 * Somebody asks to follow a private account, in the caller's transaction; who has asked already keeps their place, and nothing is
 * announced again.
 */
export async function requestFollow(
  { tx, now }: { tx: EntityManager; now: Date },
  { requesterId, targetId }: { requesterId: string; targetId: string },
): Promise<void> {
  const [made] = await query(
    tx,
    `insert into follow_request (requester_id, target_id, position) values ($1, $2, $3)
     on conflict do nothing returning 1`,
    [requesterId, targetId, newId()],
  )
  if (made === undefined) return
  await emit(
    tx,
    makeEvent(events.followRequested, {
      subject: `${requesterId}:${targetId}`,
      version: await nextVersion(tx, { requesterId, targetId }),
      data: { requesterId, targetId, at: now.toISOString() },
    }),
  )
}
