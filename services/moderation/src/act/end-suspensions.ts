import type { Named } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { performAct } from './perform-act.ts'

/** Lifts suspensions whose time has come; replicas share them. @returns how many */
export async function endSuspensions(
  { forkEm, now }: { forkEm: () => EntityManager; now: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  for (let ended = 0; ; ended += 1) {
    if (signal?.aborted === true || !(await endOne(forkEm(), now()))) return ended
  }
}

async function endOne(em: EntityManager, now: Date): Promise<boolean> {
  return em.transactional(async (tx) => {
    // Held until the lift is committed: a moderator who suspends anew comes before it or after it.
    const [due] = await query<{ subject_id: string } & Record<'person_id' | 'person_name', string>>(
      tx,
      `select subject_id, person_id, person_name from standing where ends_at <= $1
       order by ends_at limit 1 for no key update skip locked`,
      [now],
    )
    if (!due) return false
    const person: Named = { id: due.person_id, username: due.person_name }
    const subject = { kind: 'account' as const, id: due.subject_id }
    await performAct(
      { em: tx, moderator: null, now },
      { kind: 'lift', subject, person, reason: '', until: null, caseId: null },
    )
    return true
  })
}
