import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, problem } from '@daguerre/kit/problem'

const mostRestricted = 1000

/**
 * The viewer looks first at what somebody says below their posts from now on, and is told nothing of them; they do not learn of it.
 * @throws Problem 422 `restrict.self`, 409 `restrict.too_many`
 */
export async function restrictPerson(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  restrictedId: string,
): Promise<void> {
  if (restrictedId === viewer.id) throw problem(422, 'restrict.self', 'Nobody restricts themselves.')
  await em.transactional(async (tx) => {
    const [changed] = await query<{ version: number }>(
      tx,
      `insert into restriction as r (owner_id, restricted_id, active, version, position) values ($1, $2, true, 1, $3)
       on conflict (owner_id, restricted_id) do update
          set active = true, version = r.version + 1, position = excluded.position
        where not r.active
       returning r.version`,
      [viewer.id, restrictedId, newId()],
    )
    if (changed === undefined) return
    const [count] = await query<{ restricted: number }>(
      tx,
      'select count(*)::int as restricted from restriction where owner_id = $1 and active',
      [viewer.id],
    )
    if (count!.restricted > mostRestricted) {
      throw conflict('restrict.too_many', `Nobody restricts more than ${mostRestricted} people.`)
    }
    await emit(
      tx,
      makeEvent(events.restricted, {
        subject: `${viewer.id}:${restrictedId}`,
        version: changed.version,
        data: { ownerId: viewer.id, restrictedId },
      }),
    )
  })
}
