import { events, type EventData, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Has moderation's audit log know what was decided about an account, in the transaction that does it. */
export async function noteDecision(
  tx: EntityManager,
  decision: Omit<EventData<typeof events.accountDecided>, 'at'>,
): Promise<void> {
  const data = { ...decision, at: new Date().toISOString() }
  await emit(tx, makeEvent(events.accountDecided, { subject: decision.userId, version: 1, data }))
}
