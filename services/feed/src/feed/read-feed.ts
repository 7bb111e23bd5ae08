import type { Candidate, CandidateSource } from '../candidates/candidate.ts'
import { hydratePosts, type HydrateDeps } from '@daguerre/copies/hydrate-posts'
import type { Holder, PhotoGrants } from '@daguerre/copies/photo-grants'
import { presentPost } from '@daguerre/copies/present-post'
import { isVisible } from '../rules/rules.ts'

export interface ReadFeedDeps extends HydrateDeps {
  grants: PhotoGrants
}

export interface FeedPage {
  /** Posts as parts of JSON in UTF-8. */
  items: Buffer[][]
  /** The position after it; null at the end. */
  next: string | null
  degraded: string[]
}

/** Most posts that are looked at by one question, where many are not to be seen. */
const mostAtOnce = 100
/** So many questions make a page: where thousands in a row are not to be seen it is short, and goes on where it ended. */
const mostRounds = 50

/**
 * A page of any feed, in four steps: candidates → hydration → rules → presentation. What the rules drop is made up for by
 * more candidates, so a page is full unless the feed ends.
 */
export async function readFeed(
  deps: ReadFeedDeps,
  source: CandidateSource,
  { viewer, position, limit }: { viewer: Holder | null; position: string | null; limit: number },
): Promise<FeedPage> {
  const grantOf = await deps.grants.of(viewer)
  const items: Buffer[][] = []
  const degraded = new Set<string>()
  const gone: Candidate[] = []
  let next: string | null = position
  for (let round = 0; round < mostRounds; round++) {
    const found = await source.read(next, round === 0 ? limit : mostAtOnce)
    const hydrated = await hydratePosts(deps, found.candidates, viewer?.id ?? null)
    for (const name of hydrated.degraded) degraded.add(name)
    next = found.next
    for (const [index, post] of hydrated.posts.entries()) {
      if (isVisible(post)) items.push(presentPost(post, grantOf))
      else if (post.isGone) gone.push(post.key)
      if (items.length < limit) continue
      if (index < hydrated.posts.length - 1) next = found.positionAfter(index)
      break
    }
    // While user is away more and more of what nobody vouches for would be looked at.
    if (items.length === limit || next === null || degraded.has('user')) break
  }
  if (gone.length > 0) await source.forget?.(gone)
  return { items, next, degraded: [...degraded] }
}
