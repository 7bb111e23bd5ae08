import { dependsOnFollow, maySeePost, standingOf } from '@daguerre/contracts'
import { accountOf, type KeptCopy, partsOfPost } from './copies.ts'
import type { PostKey } from './hydrate-posts.ts'
import { type AskDeps, askFollows, type KnownRelations } from './relations.ts'

interface Known {
  documents: Map<string, KeptCopy>
  people: Map<string, KeptCopy>
  relations: KnownRelations
}

/**
 * Ids of those of these posts that the viewer may not see (`visibility` of contracts). Whether they follow is asked only where that decides.
 * Of whom nothing is known, user not answering, the account may be private.
 */
export async function hiddenPosts(
  deps: AskDeps,
  { documents, people, relations }: Known,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<Set<string>> {
  const open = wanted.flatMap(({ postId, authorId }) => {
    const document = documents.get(postId)?.text
    if (!document) return []
    const person = people.get(authorId)?.text
    const account = person ? accountOf(person) : ('private' as const)
    return [{ postId, authorId, account, audience: partsOfPost(document).audience }]
  })
  if (viewerId !== null) {
    const asked = open.filter(({ account, audience }) => dependsOnFollow(account, audience))
    await askFollows(deps, relations, viewerId, [...new Set(asked.map(({ authorId }) => authorId))])
  }
  return new Set(
    open.flatMap(({ postId, authorId, account, audience }) => {
      const standing = standingOf(viewerId, authorId, relations.ties.get(authorId))
      return maySeePost(standing, account, audience) ? [] : [postId]
    }),
  )
}
