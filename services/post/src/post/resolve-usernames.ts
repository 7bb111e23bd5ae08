import { NeighbourError } from '@daguerre/kit/dapr'
import type { Neighbours } from '../neighbours.ts'

/** Who has these usernames and may be mentioned by somebody, in one invocation. If user does not answer nobody has, and `degraded` says so. */
export async function resolveUsernames(
  neighbours: Pick<Neighbours, 'findByUsername'>,
  usernames: string[],
  mentionedBy: string,
): Promise<{ ids: Map<string, string>; degraded: string[] }> {
  if (usernames.length === 0) return { ids: new Map(), degraded: [] }
  try {
    const people = await neighbours.findByUsername(usernames, mentionedBy)
    return { ids: new Map(people.map((person) => [person.username, person.id])), degraded: [] }
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    return { ids: new Map(), degraded: ['user'] }
  }
}
