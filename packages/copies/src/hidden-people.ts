import { maySeePerson, standingOf } from '@daguerre/contracts'
import { findPeople } from './find-people.ts'
import type { SeeDeps } from './see-posts.ts'
import { askRelations, noRelations } from './relations.ts'

/**
 * Ids of those of these people whom the viewer may not see: closed accounts, and those of a block. Of whom nothing is known, user not
 * answering, none is.
 */
export async function hiddenPeople(
  deps: SeeDeps,
  ids: readonly string[],
  viewerId: string | null,
): Promise<Set<string>> {
  const all = [...new Set(ids)]
  if (all.length === 0) return new Set()
  const [{ accounts }, relations] = await Promise.all([findPeople(deps, all), readRelations(deps, all, viewerId)])
  return new Set(
    all.filter((id) => !maySeePerson(standingOf(viewerId, id, relations.ties.get(id)), accounts.get(id) ?? 'open')),
  )
}

async function readRelations(deps: SeeDeps, ids: readonly string[], viewerId: string | null) {
  if (viewerId === null) return noRelations(true)
  const relations = await deps.copies.readRelations(viewerId, ids).catch((error: unknown) => {
    deps.onCacheError(error)
    return noRelations(false)
  })
  await askRelations(deps, relations, viewerId, ids)
  return relations
}
