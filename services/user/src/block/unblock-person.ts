import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** The viewer no longer blocks somebody; what ended by the block stays ended. @returns whether they did */
export async function unblockPerson(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  blockedId: string,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [block] = await query<{ version: number }>(
      tx,
      `update block set active = false, version = version + 1 where blocker_id = $1 and blocked_id = $2 and active returning version`,
      [viewer.id, blockedId],
    )
    if (block === undefined) return false
    await emit(
      tx,
      makeEvent(events.unblocked, {
        subject: `${viewer.id}:${blockedId}`,
        version: block.version,
        data: { blockerId: viewer.id, blockedId },
      }),
    )
    return true
  })
}
