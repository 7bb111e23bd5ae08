import type { Candidate, CandidateSource } from '../candidates/candidate.ts'
import { hydratePosts, type HydrateDeps } from '../hydration/hydrate-posts.ts'
import { presentPost } from '../presentation/present-post.ts'
import { isGone, isVisible } from '../rules/rules.ts'

export interface FeedPage {
  /** Posts as JSON texts. */
  items: string[]
  /** Id of the last post that was looked at; null at the end. */
  next: string | null
  degraded: string[]
}

/**
 * A page of any feed, in four steps: candidates → hydration → rules → presentation. What the rules drop is made up for by
 * more candidates, so a page is full unless the feed ends.
 */
export async function readFeed(
  deps: HydrateDeps,
  source: CandidateSource,
  { viewerId, before, limit }: { viewerId: string | null; before: string | null; limit: number },
): Promise<FeedPage> {
  const items: string[] = []
  const degraded = new Set<string>()
  const gone: Candidate[] = []
  let position = before
  let isLast = false
  while (items.length < limit && !isLast) {
    const found = await source.read(position, limit - items.length)
    isLast = found.isLast
    const hydrated = await hydratePosts(deps, found.candidates, viewerId)
    for (const name of hydrated.degraded) degraded.add(name)
    for (const post of hydrated.posts) {
      if (isVisible(post)) items.push(presentPost(post))
      else if (isGone(post)) gone.push(post.candidate)
    }
    position = found.candidates.at(-1)?.postId ?? position
  }
  if (gone.length > 0) await source.forget?.(gone)
  return { items, next: isLast ? null : position, degraded: [...degraded] }
}
