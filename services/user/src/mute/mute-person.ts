import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, invalid, problem } from '@daguerre/kit/problem'

/** What is kept of a viewer in Redis, and read at each page, is no list without end. */
const mostMuted = 1000

/**
 * The viewer sees and hears nothing of somebody any more where they did not ask for it; said again, with another end.
 * @param until when it ends by itself; null: not before it is taken back
 * @throws Problem 422 `mute.self`, 422 if it would have ended, 409 `mute.too_many`
 */
export async function mutePerson(
  { em, viewer, now }: { em: EntityManager; viewer: { id: string }; now: Date },
  mutedId: string,
  until: string | null,
): Promise<void> {
  const endsAt = until === null ? null : new Date(until)
  if (endsAt && endsAt <= now) throw invalid([{ pointer: '#/until', detail: 'has passed' }])
  if (mutedId === viewer.id) throw problem(422, 'mute.self', 'Nobody mutes themselves.')
  await em.transactional(async (tx) => {
    const [mute] = await query<{ version: number }>(
      tx,
      `insert into mute as m (muter_id, muted_id, active, ends_at, version, position) values ($1, $2, true, $3, 1, $4)
       on conflict (muter_id, muted_id) do update
          set active = true, ends_at = excluded.ends_at, version = m.version + 1, position = excluded.position
        where not m.active or m.ends_at is distinct from excluded.ends_at
       returning m.version`,
      [viewer.id, mutedId, endsAt, newId()],
    )
    if (mute === undefined) return
    const [count] = await query<{ muted: number }>(
      tx,
      'select count(*)::int as muted from mute where muter_id = $1 and active and (ends_at is null or ends_at > $2)',
      [viewer.id, now],
    )
    if (count!.muted > mostMuted) throw conflict('mute.too_many', `Nobody mutes more than ${mostMuted} people.`)
    await emit(
      tx,
      makeEvent(events.muted, {
        subject: `${viewer.id}:${mutedId}`,
        version: mute.version,
        data: { muterId: viewer.id, mutedId, until: endsAt?.toISOString() ?? null },
      }),
    )
  })
}
