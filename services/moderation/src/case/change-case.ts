import type { CaseState, Named } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import { appendEntry } from '../audit/append-entry.ts'
import { noSuchCase } from './read-case.ts'

/**
 * A moderator takes a case, gives it back, or closes it. What one works on no other takes or closes; but any may give it back, or it
 * would lie there for good.
 * @throws Problem 404 `case.not_found`, also of one about themselves; 409 `case.taken`, `case.closed`
 */
export async function changeCase(
  { em, moderator, now }: { em: EntityManager; moderator: Named; now: Date },
  id: string,
  state: CaseState,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [present] = await query<{
      state: CaseState
      person_id: string
      assignee_id: string | null
      assignee_name: string | null
    }>(
      tx,
      `select state, person_id, assignee_id, assignee_name from moderation_case where id = $1 and person_id <> $2
        for no key update`,
      [id, moderator.id],
    )
    if (!present) throw noSuchCase()
    if (present.state === 'closed') {
      if (state === 'closed') return
      throw conflict('case.closed', 'This case is closed.')
    }
    if (present.state === 'working' && present.assignee_id !== moderator.id && state !== 'open') {
      throw conflict('case.taken', `${present.assignee_name} works on this case.`)
    }
    if (present.state === state) return
    const assignee = state === 'open' ? null : moderator
    await query(
      tx,
      'update moderation_case set state = $2, assignee_id = $3, assignee_name = $4, updated_at = $5 where id = $1',
      [id, state, assignee?.id ?? null, assignee?.username ?? null, now],
    )
    await appendEntry(tx, {
      at: now.toISOString(),
      actorId: moderator.id,
      action: `case_${state}`,
      subject: { kind: 'case', id },
      personId: present.person_id,
      reason: '',
      before: { state: present.state, assigneeId: present.assignee_id },
      after: { state, assigneeId: assignee?.id ?? null },
    })
  })
}
