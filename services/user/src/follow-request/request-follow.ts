import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Somebody asks to follow a private account, in the caller's transaction; who has asked already keeps their place. */
export async function requestFollow(
  { tx, now }: { tx: EntityManager; now: Date },
  { requesterId, targetId }: { requesterId: string; targetId: string },
): Promise<void> {
  const [request] = await query<{ version: number }>(
    tx,
    `insert into follow_request as r (requester_id, target_id, active, version, position) values ($1, $2, true, 1, $3)
     on conflict (requester_id, target_id) do update
       set active = true, version = r.version + 1, position = excluded.position where not r.active
     returning r.version`,
    [requesterId, targetId, newId()],
  )
  if (request === undefined) return
  await emit(
    tx,
    makeEvent(events.followRequested, {
      subject: `${requesterId}:${targetId}`,
      version: request.version,
      data: { requesterId, targetId, at: now.toISOString() },
    }),
  )
}
