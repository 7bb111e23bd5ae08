import { NeighbourError } from '@daguerre/kit/neighbour'
import type { EntityManager } from '@daguerre/kit/postgres'
import { ensureProfile } from './ensure-profile.ts'
import { findProfiles, type PeopleRefs } from './find-profiles.ts'
import type { Profile } from './profile.ts'

/** Asks the service that owns accounts. @throws NeighbourError when it does not answer */
export type FindAccounts = (refs: { ids: string[]; usernames: string[] }) => Promise<{ id: string; username: string }[]>

export interface ResolvedPeople {
  profiles: Profile[]
  /** Why people may be missing: the accounts could not be asked for. */
  failure: NeighbourError | null
}

/**
 * Profiles of people by id and username. Those that are not here yet (the account's event is on its way) are asked for
 * among the accounts, once for all, and made.
 */
export async function resolvePeople(
  { em, findAccounts }: { em: EntityManager; findAccounts: FindAccounts },
  refs: PeopleRefs,
): Promise<ResolvedPeople> {
  const profiles = await findProfiles(em, refs)
  const known = new Set(profiles.flatMap(({ id, username }) => [id, username]))
  const unknown = {
    ids: refs.ids.filter((id) => !known.has(id)),
    usernames: refs.usernames.filter((username) => !known.has(username)),
  }
  if (unknown.ids.length === 0 && unknown.usernames.length === 0) return { profiles, failure: null }
  let accounts: { id: string; username: string }[]
  try {
    accounts = await findAccounts(unknown)
  } catch (failure) {
    if (failure instanceof NeighbourError) return { profiles, failure }
    throw failure
  }
  if (accounts.length === 0) return { profiles, failure: null }
  // One order for all, so that two questions for the same people cannot wait for each other in a circle.
  accounts.sort((a, b) => (a.id < b.id ? -1 : 1))
  await em.transactional(async (tx) => {
    for (const account of accounts) await ensureProfile(tx, account)
  })
  const made = await findProfiles(em, { ids: accounts.map(({ id }) => id), usernames: [] })
  return { profiles: [...profiles, ...made.filter(({ id }) => !known.has(id))], failure: null }
}
