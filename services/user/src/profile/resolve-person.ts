import { isId } from '@daguerre/kit/id'
import type { EntityManager } from '@daguerre/kit/postgres'
import { notFound, type Problem } from '@daguerre/kit/problem'
import { addRelations } from '../relations/list-relations.ts'
import { isFound, type Profile, type RelationRow } from './profile.ts'
import { type FindAccounts, resolvePeople } from './resolve-people.ts'

/**
 * Somebody by id or username, with how they and the viewer stand to each other.
 * @throws Problem 404 `user.not_found`, also of whom the viewer may not see
 * @throws NeighbourError if nobody is known here by that, and the accounts cannot be asked
 */
export async function findPerson(
  deps: { em: EntityManager; findAccounts: FindAccounts },
  ref: string,
  viewerId: string | null,
): Promise<Profile & RelationRow> {
  const [row] = await addRelations(deps.em, viewerId, [await resolvePerson(deps, ref)])
  if (!isFound(row!, viewerId)) throw nobody()
  return row!
}

/**
 * The profile of somebody by id or username, whoever may see it.
 * @throws Problem 404 `user.not_found`
 * @throws NeighbourError if nobody is known here by that, and the accounts cannot be asked
 */
export async function resolvePerson(
  deps: { em: EntityManager; findAccounts: FindAccounts },
  ref: string,
): Promise<Profile> {
  const refs = isId(ref) ? { ids: [ref], usernames: [] } : { ids: [], usernames: [ref] }
  const { profiles, failure } = await resolvePeople(deps, refs)
  const [profile] = profiles
  if (profile !== undefined) return profile
  throw failure ?? nobody()
}

/** 404 `user.not_found`: also of whom somebody may not see. */
export function nobody(): Problem {
  return notFound('user.not_found', 'There is nobody of this id or username.')
}
