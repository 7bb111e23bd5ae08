import { copyKey, type Holds } from '@daguerre/copies/copies'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { Problem } from '@daguerre/kit/problem'
import { answerRequest } from './answer-request.ts'
import { endRequest } from './end-request.ts'

const batch = 200

/**
 * Accepts all requests to accounts that are private no longer: a job, begun at once by whoever opens theirs, so that a crash in the middle
 * leaves nothing behind.
 */
export async function acceptDueRequests({
  em,
  holds,
  clock,
  signal,
}: {
  em: EntityManager
  holds: Holds
  clock: () => Date
  signal?: AbortSignal
}): Promise<void> {
  for (;;) {
    const due = await query<{ requesterId: string; targetId: string }>(
      em,
      `/* all shards: due-requests */ select r.requester_id as "requesterId", r.target_id as "targetId"
       from follow_request r join profile p on p.id = r.target_id where not p.private limit ${batch}`,
      [],
    )
    for (const request of due) {
      if (signal?.aborted) return
      await holds.during([copyKey.relations(request.requesterId)], () => accept(em, request, clock()))
    }
    if (due.length < batch) return
  }
}

// It may have been answered meanwhile; of who follows too many others it is declined, or it would be due for ever.
async function accept(em: EntityManager, request: { requesterId: string; targetId: string }, now: Date): Promise<void> {
  try {
    await answerRequest({ em: em.fork(), now }, request, { isAccepted: true })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await em.fork().transactional((tx) => endRequest({ tx, now }, request, { isAccepted: false }))
  }
}
