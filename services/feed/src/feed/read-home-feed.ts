import type { Post } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { rebuildTimeline, type RebuildDeps } from '../timeline/rebuild-timeline.ts'
import type { Candidate } from '../timeline/timeline.ts'

interface Presented {
  items: Post[]
  degraded: string[]
}

export interface ReadHomeFeedDeps extends RebuildDeps {
  present(ids: string[], viewerId: string): Promise<Presented>
  pagePosts(query: {
    authorIds: string[] | null
    before: string | null
    limit: number
    viewerId: string | null
  }): Promise<HomeFeedPage>
  onTimelineError(error: unknown): void
}

export interface HomeFeedPage {
  items: Post[]
  /** Id of the last post that was looked at; null at the end. */
  next: string | null
  degraded: string[]
}

/**
 * A page of the home feed: candidates from the timeline, made visible by post, and more of them while deleted ones leave
 * gaps; below the timeline's floor the page is pulled from the followed authors' posts, to the very first. Without Redis
 * everything is pulled: slower, the same answer.
 */
export async function readHomeFeed(
  deps: ReadHomeFeedDeps,
  { viewerId, before, limit }: { viewerId: string; before: string | null; limit: number },
): Promise<HomeFeedPage> {
  try {
    if (await rebuildTimeline(deps, viewerId)) {
      // Whoever opens the feed keeps the timeline; the pages below need not say it again.
      if (before === null) await deps.timelines.keep(viewerId)
      return await readMaterialised(deps, viewerId, before, limit)
    }
  } catch (error) {
    // A neighbour's failure is no failure of the timeline: pulling would ask the same neighbour again.
    if (error instanceof NeighbourError) throw error
    deps.onTimelineError(error)
  }
  return await deps.pagePosts({ authorIds: await followedAuthors(deps, viewerId), viewerId, before, limit })
}

async function readMaterialised(
  deps: ReadHomeFeedDeps,
  viewerId: string,
  before: string | null,
  limit: number,
): Promise<HomeFeedPage> {
  const items: Post[] = []
  let floor = ''
  const degraded = new Set<string>()
  let position = before
  while (items.length < limit) {
    const wanted = limit - items.length
    // One more than wanted tells whether there is a next page.
    const candidates = await deps.timelines.read(viewerId, position, wanted + 1)
    const taken = candidates.slice(0, wanted)
    if (taken.length > 0) {
      const presented = await deps.present(
        taken.map((candidate) => candidate.postId),
        viewerId,
      )
      for (const name of presented.degraded) degraded.add(name)
      items.push(...presented.items)
      await forgetMissing(deps, viewerId, taken, presented.items)
      position = taken.at(-1)?.postId ?? position
    }
    if (candidates.length <= wanted) {
      // Asked after the reading: a push that came meanwhile may have cut off what was below.
      floor = (await deps.timelines.state(viewerId)).floor
      if (floor === '') return { items, next: null, degraded: [...degraded] }
      break
    }
  }
  if (items.length === limit) return { items, next: position, degraded: [...degraded] }

  const start = position === null || position > floor ? floor : position
  const authorIds = await deps.timelines.authors(viewerId)
  const rest = await deps.pagePosts({ authorIds, viewerId, before: start, limit: limit - items.length })
  return { items: [...items, ...rest.items], next: rest.next, degraded: [...new Set([...degraded, ...rest.degraded])] }
}

// What post does not show any more was deleted: the timeline forgets it.
async function forgetMissing(
  deps: ReadHomeFeedDeps,
  viewerId: string,
  taken: Candidate[],
  shown: Post[],
): Promise<void> {
  const visible = new Set(shown.map((post) => post.id))
  await deps.timelines.remove(
    viewerId,
    taken.filter((candidate) => !visible.has(candidate.postId)),
  )
}

async function followedAuthors({ sources }: ReadHomeFeedDeps, userId: string): Promise<string[]> {
  const authorIds = [userId]
  let after: string | null = null
  do {
    const page = await sources.following(userId, after)
    authorIds.push(...page.items.flatMap((edge) => (edge.active ? [edge.userId] : [])))
    after = page.next
  } while (after !== null)
  return authorIds
}

/** The newest posts of all. */
export async function readGlobalFeed(
  deps: Pick<ReadHomeFeedDeps, 'pagePosts'>,
  { viewerId, before, limit }: { viewerId: string | null; before: string | null; limit: number },
): Promise<HomeFeedPage> {
  return await deps.pagePosts({ authorIds: null, viewerId, before, limit })
}
