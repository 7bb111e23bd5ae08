import type { AccountState, PersonShort } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { accountOf, copyKey, type KeptCopy, personCopy, personOf } from './copies.ts'
import type { HydrateDeps, HydrationSources } from './hydrate-posts.ts'

export interface FoundPeople {
  /** By id; who is not among them does not exist, if all are known. */
  people: Map<string, PersonShort>
  accounts: Map<string, AccountState>
  /** false if user was to be asked about somebody and did not answer. */
  areKnown: boolean
}

/**
 * Who these people are: from copies, the others from user.
 * @param isHeldAsked of whom user is changing something now, user is asked; a copy serves while it is away
 */
export async function findPeople(
  {
    copies,
    onCacheError,
    hydration,
  }: Pick<HydrateDeps, 'copies' | 'onCacheError'> & {
    hydration: Pick<HydrationSources, 'people'>
  },
  ids: readonly string[],
  { isHeldAsked = false } = {},
): Promise<FoundPeople> {
  const keys = ids.map(copyKey.person)
  const kept = await copies.read(keys).catch((error: unknown): KeptCopy[] => {
    onCacheError(error)
    return keys.map(() => ({ text: null, isHeld: false }))
  })
  const [people, accounts] = [new Map<string, PersonShort>(), new Map<string, AccountState>()]
  for (const [index, { text }] of kept.entries()) {
    if (!text) continue
    people.set(ids[index]!, JSON.parse(personOf(text).toString()) as PersonShort)
    accounts.set(ids[index]!, accountOf(text))
  }
  const asked = ids.filter((id, index) => !people.has(id) || (isHeldAsked && kept[index]!.isHeld))
  if (asked.length === 0) return { people, accounts, areKnown: true }
  try {
    const answer = await hydration.people(asked)
    for (const { person, account } of answer) {
      people.set(person.id, person)
      accounts.set(person.id, account)
    }
    await copies.keep(answer.map(personCopy)).catch(onCacheError)
    return { people, accounts, areKnown: true }
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    return { people, accounts, areKnown: ids.every((id) => people.has(id)) }
  }
}
