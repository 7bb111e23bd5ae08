import type { PersonShort } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { copyKey, type KeptCopy, personCopy } from './copies.ts'
import type { HydrateDeps, HydrationSources } from './hydrate-posts.ts'

export interface FoundPeople {
  /** By id; who is not among them does not exist, if all are known. */
  people: Map<string, PersonShort>
  /** false if user was to be asked about somebody and did not answer. */
  areKnown: boolean
}

/** Who these people are: from copies, the others from user. */
export async function findPeople(
  {
    copies,
    onCacheError,
    hydration,
  }: Pick<HydrateDeps, 'copies' | 'onCacheError'> & {
    hydration: Pick<HydrationSources, 'people'>
  },
  ids: readonly string[],
): Promise<FoundPeople> {
  const keys = ids.map(copyKey.person)
  const kept = await copies.read(keys).catch((error: unknown): KeptCopy[] => {
    onCacheError(error)
    return keys.map(() => ({ text: null, isHeld: false }))
  })
  const people = new Map<string, PersonShort>()
  for (const [index, { text }] of kept.entries()) {
    if (text) people.set(ids[index]!, JSON.parse(text.toString()) as PersonShort)
  }
  const asked = ids.filter((id) => !people.has(id))
  if (asked.length === 0) return { people, areKnown: true }
  try {
    const answer = await hydration.people(asked)
    for (const { person } of answer) people.set(person.id, person)
    await copies.keep(answer.map(({ person, version }) => personCopy(person, version))).catch(onCacheError)
    return { people, areKnown: true }
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    return { people, areKnown: false }
  }
}
