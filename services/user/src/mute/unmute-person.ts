import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** The viewer sees and hears of somebody again; who was not muted stays so, and nothing is announced. */
export async function unmutePerson(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  mutedId: string,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [mute] = await query<{ version: number }>(
      tx,
      `update mute set active = false, version = version + 1 where muter_id = $1 and muted_id = $2 and active returning version`,
      [viewer.id, mutedId],
    )
    if (mute === undefined) return
    await emit(
      tx,
      makeEvent(events.unmuted, {
        subject: `${viewer.id}:${mutedId}`,
        version: mute.version,
        data: { muterId: viewer.id, mutedId },
      }),
    )
  })
}
