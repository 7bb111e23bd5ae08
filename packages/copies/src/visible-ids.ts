import { type AccountState, type Audience, dependsOnFollow, maySeePost, standingOf } from '@daguerre/contracts'
import { type AskDeps, askFollows, type KnownRelations } from './relations.ts'

/** What decides about a post, but for how the viewer stands to its author. */
export interface Guarded {
  id: string
  authorId: string
  /** undefined: user has not said, so it may be private. */
  account: AccountState | undefined
  audience: Audience
}

/** Ids of those of these posts that the viewer may see (`visibility` of contracts). Whether they follow is asked only where that decides. */
export async function visibleIds(
  deps: AskDeps,
  relations: KnownRelations,
  posts: readonly Guarded[],
  viewerId: string | null,
): Promise<Set<string>> {
  const guarded = posts.map((post) => ({ ...post, account: post.account ?? ('private' as const) }))
  if (viewerId !== null) {
    const asked = guarded.filter(({ account, audience }) => dependsOnFollow(account, audience))
    await askFollows(deps, relations, viewerId, [...new Set(asked.map(({ authorId }) => authorId))])
  }
  const seen = guarded.filter(({ authorId, account, audience }) =>
    maySeePost(standingOf(viewerId, authorId, relations.ties.get(authorId)), account, audience),
  )
  return new Set(seen.map(({ id }) => id))
}
