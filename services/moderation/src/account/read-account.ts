import type { AccountStanding } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { toAct } from '../act/act.ts'
import { type States, untouched } from '../act/apply-act.ts'
import { findPersonOf } from '../act/find-subject.ts'
import { listActsOfPerson } from '../act/list-acts.ts'
import { type Look, toCase } from '../case/case.ts'
import { listCases } from '../case/list-cases.ts'
import type { Neighbours } from '../neighbours.ts'

const shown = 50

/**
 * How an account stands, with the latest cases about it and what was done to it.
 * @throws Problem 404 `moderation.subject_not_found`
 * @throws NeighbourError if it is not known here and user does not answer
 */
export async function readAccount(
  { em, neighbours }: { em: EntityManager; neighbours: Neighbours },
  id: string,
  { moderatorId, grantOf }: Look,
): Promise<AccountStanding> {
  const person = await findPersonOf({ em, neighbours }, { kind: 'account', id })
  const [standing] = await query<{ state: States['account'] }>(
    em,
    `select state from standing where subject_kind = 'account' and subject_id = $1`,
    [id],
  )
  const list = { personId: id, moderatorId, before: null, limit: shown }
  return {
    person,
    ...(standing?.state ?? untouched.account),
    cases: (await listCases(em, list)).map((row) => toCase(row, grantOf)),
    acts: (await listActsOfPerson(em, list)).map(toAct),
  }
}
