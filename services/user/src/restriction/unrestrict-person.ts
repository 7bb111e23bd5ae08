import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** What somebody says is shown at once again; what is held stays so until it is let through. */
export async function unrestrictPerson(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  restrictedId: string,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [changed] = await query<{ version: number }>(
      tx,
      `update restriction set active = false, version = version + 1
        where owner_id = $1 and restricted_id = $2 and active returning version`,
      [viewer.id, restrictedId],
    )
    if (changed === undefined) return
    await emit(
      tx,
      makeEvent(events.unrestricted, {
        subject: `${viewer.id}:${restrictedId}`,
        version: changed.version,
        data: { ownerId: viewer.id, restrictedId },
      }),
    )
  })
}
