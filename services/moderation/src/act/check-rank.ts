import { forbidden, problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { Neighbours } from '../neighbours.ts'

/**
 * That somebody may decide about somebody: nobody does about themselves, and about who is more than a member only an admin.
 * @throws Problem 422 `act.self`, 403 `act.above`
 * @throws NeighbourError if auth does not answer
 */
export async function checkRank(
  { rolesOf }: Pick<Neighbours, 'rolesOf'>,
  moderator: Pick<Viewer, 'id' | 'scopes'>,
  personId: string,
): Promise<void> {
  if (personId === moderator.id) throw problem(422, 'act.self', 'Somebody else decides about you.')
  if (moderator.scopes.includes('admin')) return
  const role = (await rolesOf([personId])).get(personId) ?? 'member'
  if (role !== 'member') throw forbidden('act.above', 'An admin decides about moderators and admins.')
}
