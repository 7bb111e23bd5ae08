import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EndedSessions } from './session/ended-sessions.ts'
import { keepStanding } from './standing/keep-standing.ts'

/** What auth listens to. */
export function subscriptions({
  forkEm,
  endedSessions,
}: {
  forkEm: () => EntityManager
  endedSessions: EndedSessions
}): EventHandler[] {
  return [
    on(events.accountModerated, ({ data, version }) => keepStanding({ em: forkEm(), endedSessions }, data, version)),
  ]
}
