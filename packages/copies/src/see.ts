import { maySeePerson, maySeePost, standingOf } from '@daguerre/contracts'
import { type Problem, problem } from '@daguerre/kit/problem'
import { findPeople } from './find-people.ts'
import type { HydrateDeps, HydrationSources } from './hydrate-posts.ts'
import { askRelations, type KnownRelations, noRelations } from './relations.ts'
import { type Guarded, visibleIds } from './visible-ids.ts'

export interface SeeDeps extends Pick<HydrateDeps, 'copies' | 'onCacheError'> {
  hydration: Pick<HydrationSources, 'people' | 'relations'>
}

/**
 * Whether the viewer may see a post of whose audience the caller knows: by the same rules and from the same copies as pages are shown.
 * @throws Problem 503 `user.unavailable` if user alone could vouch for it and does not answer
 */
export async function maySee(
  deps: SeeDeps,
  { authorId, audience }: Pick<Guarded, 'authorId' | 'audience'>,
  viewerId: string | null,
): Promise<boolean> {
  if (authorId === viewerId) return true
  const { seen, areKnown } = await seenPosts(deps, [{ id: authorId, authorId, audience }], viewerId)
  if (seen.size === 0 && !areKnown) throw notVouchedFor()
  return seen.size > 0
}

/**
 * The same of many: ids of those that the viewer may see, and of those of them that not everybody sees; `areKnown` is false if user alone could
 * vouch for more and does not answer.
 */
export async function seenPosts(
  deps: SeeDeps,
  posts: readonly Omit<Guarded, 'account'>[],
  viewerId: string | null,
): Promise<{ seen: Set<string>; guarded: Set<string>; areKnown: boolean }> {
  if (posts.length === 0) return { seen: new Set(), guarded: new Set(), areKnown: true }
  const authors = [...new Set(posts.map(({ authorId }) => authorId))]
  const others = authors.filter((id) => id !== viewerId)
  const [{ accounts }, relations] = await Promise.all([
    findPeople(deps, authors),
    others.length === 0 ? noRelations(true) : findRelations(deps, others, viewerId),
  ])
  const known = posts.map((post) => ({ ...post, account: accounts.get(post.authorId) }))
  const seen = await visibleIds(deps, relations, known, viewerId)
  const guarded = known.filter(({ account, audience }) => account !== 'open' || audience !== 'public')
  return {
    seen,
    guarded: new Set(guarded.map(({ id }) => id)),
    areKnown: relations.areKnown && others.every((id) => accounts.has(id)),
  }
}

/**
 * The other way about: who of these people may see a post, in bulk, from its author's side.
 * @throws NeighbourError if user does not answer
 */
export async function whoMaySee(
  deps: SeeDeps & { closeFriends(userId: string): Promise<ReadonlySet<string>> },
  { authorId, audience }: Pick<Guarded, 'authorId' | 'audience'>,
  ids: readonly string[],
): Promise<Set<string>> {
  const others = ids.filter((id) => id !== authorId)
  if (others.length === 0) return new Set(ids)
  const [{ accounts }, ties, friends] = await Promise.all([
    findPeople(deps, [authorId]),
    deps.hydration.relations(authorId, others),
    deps.closeFriends(authorId),
  ])
  const account = accounts.get(authorId) ?? 'private'
  const seeing = ties.filter(({ userId, isBlocked, isFollowedBy }) => {
    const towardsAuthor = { isBlocked, isCloseFriend: friends.has(userId), follows: isFollowedBy }
    return maySeePost(standingOf(userId, authorId, towardsAuthor), account, audience)
  })
  return new Set([...ids.filter((id) => id === authorId), ...seeing.map(({ userId }) => userId)])
}

/** 503 `user.unavailable`: that it is not known whether something may be seen must not be taken for that it may not. */
export function notVouchedFor(): Problem {
  return problem(503, 'user.unavailable', 'Whether this may be seen cannot be found out at the moment.', {
    headers: { 'retry-after': '2' },
  })
}

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
  const [{ accounts }, relations] = await Promise.all([findPeople(deps, all), findRelations(deps, all, viewerId)])
  return new Set(
    all.filter((id) => !maySeePerson(standingOf(viewerId, id, relations.ties.get(id)), accounts.get(id) ?? 'open')),
  )
}

async function findRelations(deps: SeeDeps, ids: readonly string[], viewerId: string | null): Promise<KnownRelations> {
  if (viewerId === null) return noRelations(true)
  const relations = await deps.copies.readRelations(viewerId, ids).catch((error: unknown) => {
    deps.onCacheError(error)
    return noRelations(false)
  })
  await askRelations(deps, relations, viewerId, ids)
  return relations
}
