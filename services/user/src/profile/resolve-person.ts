import { isId } from '@daguerre/kit/id'
import type { EntityManager } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Profile } from './profile.ts'
import { type FindAccounts, resolvePeople } from './resolve-people.ts'

/**
 * The profile of somebody by id or username.
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
  throw failure ?? notFound('user.not_found', 'There is nobody of this id or username.')
}
