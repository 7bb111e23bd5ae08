import type { Named, Reportable, Subject } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound, type Problem } from '@daguerre/kit/problem'
import type { Neighbours } from '../neighbours.ts'

/**
 * Whose a subject is that a moderator acts on: known here if it was reported or acted on, else its owner says.
 * @throws Problem 404 `moderation.subject_not_found`
 * @throws NeighbourError
 */
export async function findPersonOf(
  { em, neighbours }: { em: EntityManager; neighbours: Neighbours },
  subject: Subject,
): Promise<Named> {
  const [known] = await query<Named>(
    em,
    `select person_id as id, person_name as username from standing where subject_kind = $1 and subject_id = $2
     union all
     (select person_id, person_name from moderation_case where subject_kind = $1 and subject_id = $2 limit 1)
     limit 1`,
    [subject.kind, subject.id],
  )
  return known ?? (await findSubject(neighbours, subject, null)).person
}

/**
 * A subject as its owner shows it to somebody. @param viewerId null: to a moderator, who sees all that is there
 * @throws Problem 404 `moderation.subject_not_found` if it is not there, or not for them
 * @throws NeighbourError
 */
export async function findSubject(
  neighbours: Neighbours,
  { kind, id }: Subject,
  viewerId: string | null,
): Promise<Reportable> {
  const found = (await neighbours.find[kind]([id], viewerId)).find((item) => item.id === id)
  if (!found) throw noSuchSubject()
  return found
}

function noSuchSubject(): Problem {
  return notFound('moderation.subject_not_found', 'There is no such thing, or it cannot be seen.')
}
