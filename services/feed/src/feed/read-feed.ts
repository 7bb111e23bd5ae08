import type { Candidate, CandidateSource } from '../candidates/candidate.ts'
import { hydratePosts, type HydrateDeps } from '@daguerre/copies/hydrate-posts'
import { presentPost } from '@daguerre/copies/present-post'
import { isGone, isVisible } from '../rules/rules.ts'

export interface FeedPage {
  /** Posts as parts of JSON in UTF-8. */
  items: Buffer[][]
  /** The position after it; null at the end. */
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
  { viewerId, position, limit }: { viewerId: string | null; position: string | null; limit: number },
): Promise<FeedPage> {
  const items: Buffer[][] = []
  const degraded = new Set<string>()
  const gone: Candidate[] = []
  let next: string | null = position
  do {
    const found = await source.read(next, limit - items.length)
    next = found.next
    const hydrated = await hydratePosts(deps, found.candidates, viewerId)
    for (const name of hydrated.degraded) degraded.add(name)
    for (const post of hydrated.posts) {
      if (isVisible(post)) items.push(presentPost(post))
      else if (isGone(post)) gone.push(post.key)
    }
  } while (items.length < limit && next !== null)
  if (gone.length > 0) await source.forget?.(gone)
  return { items, next, degraded: [...degraded] }
}
