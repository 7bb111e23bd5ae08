import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, notFound, problem, type Problem } from '@daguerre/kit/problem'
import { isAppealable } from '../act/apply-act.ts'
import { readAct } from '../act/list-acts.ts'

/**
 * Appeals against an act, once. Who cannot sign in because of it is known by its id: that has been told to them alone, after
 * their password, and cannot be guessed.
 * @param viewerId null: nobody is signed in
 * @throws Problem 404 `act.not_found`, also if it concerns somebody else; 422 `appeal.not_possible`, 409 `appeal.made`
 */
export async function makeAppeal(
  { em, viewerId, now }: { em: EntityManager; viewerId: string | null; now: Date },
  { actId, text }: { actId: string; text: string },
): Promise<void> {
  const act = await readAct(em, actId)
  if (!act) throw noSuchAct()
  const isTheirs = viewerId === null ? act.kind === 'suspend' || act.kind === 'ban' : act.person_id === viewerId
  if (!isTheirs) throw noSuchAct()
  if (!isAppealable(act.kind)) throw problem(422, 'appeal.not_possible', 'There is nothing to appeal against.')
  const made = await query(
    em,
    `insert into appeal as p (id, act_id, text, state, created_at) values ($1, $2, $3, 'open', $4)
     on conflict (act_id) do update set text = p.text where p.text = excluded.text returning p.id`,
    [newId(), act.id, text, now],
  )
  if (made.length === 0) throw conflict('appeal.made', 'An appeal against this has been made already.')
}

function noSuchAct(): Problem {
  return notFound('act.not_found', 'There is no such act, or it does not concern you.')
}
