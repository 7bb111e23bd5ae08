import type { EventData, events } from '@daguerre/contracts'
import { findErased } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { noteModerator } from '../account/note-moderator.ts'
import type { Neighbours } from '../neighbours.ts'
import { appendEntry } from './append-entry.ts'

/**
 * Puts on record what auth tells that was decided about an account; the same event again changes nothing. Who decided is asked of user by name if
 * they have not been here before.
 * @throws NeighbourError if user does not answer
 */
export async function noteDecision(
  { em, neighbours }: { em: EntityManager; neighbours: Neighbours },
  eventId: string,
  { userId, actorId, at, ...decision }: EventData<typeof events.accountDecided>,
): Promise<void> {
  const [known] = await query(em, 'select 1 from moderator where id = $1', [actorId])
  const [actor] = known ? [] : await neighbours.find.account([actorId], null)
  await em.transactional(async (tx) => {
    if (actor) await noteModerator(tx, actor.person, new Date(at))
    const subject = { kind: 'account', id: userId }
    await appendEntry(tx, { ...decision, at, actorId, subject, personId: userId, eventId })
    // Who has left meanwhile leaves no reason; who leaves from now on is erased by a pass that comes after this.
    const gone = await findErased(tx, 'person', [userId])
    if (gone.size > 0) await query(tx, 'delete from audit_reason where person_id = $1', [userId])
  })
}
