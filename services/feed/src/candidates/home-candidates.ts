import { NeighbourError } from '@daguerre/kit/neighbour'
import { rebuildTimeline, type RebuildDeps } from '../timeline/rebuild-timeline.ts'
import type { OpenTimeline } from '../timeline/timeline.ts'
import type { CandidatePage, CandidateSource } from './candidate.ts'
import { authorCandidates, byPostId, pageOf } from './global-candidates.ts'

export interface HomeDeps extends RebuildDeps {
  onTimelineError: (error: unknown) => void
}

/**
 * Candidates of somebody's home feed: from the timeline, and below its floor from the lists of the followed authors, to the very
 * first post. Without Redis everything comes from the lists: slower, the same answer.
 */
export function homeCandidates(deps: HomeDeps, viewerId: string): CandidateSource {
  let pulled: CandidateSource | undefined

  async function pull(): Promise<CandidateSource> {
    pulled = authorCandidates(deps.sources, await followedAuthors(deps, viewerId))
    return pulled
  }

  return {
    async read(before, limit) {
      if (pulled) return await pulled.read(before, limit)
      try {
        const found = await readTimeline(deps, viewerId, before, limit)
        if (found) return found
      } catch (error) {
        // A neighbour's failure is no failure of the timeline: pulling would ask the same neighbour again.
        if (error instanceof NeighbourError) throw error
        deps.onTimelineError(error)
      }
      return await (await pull()).read(before, limit)
    },

    async forget(gone) {
      if (!pulled) await deps.timelines.remove(viewerId, gone).catch(deps.onTimelineError)
    },
  }
}

/** null: there is no complete timeline, as one is still being built elsewhere or has just gone. */
async function readTimeline(
  deps: HomeDeps,
  viewerId: string,
  before: string | null,
  limit: number,
): Promise<CandidatePage | null> {
  const { timelines, sources } = deps
  const timeline = (await open()) ?? ((await rebuildTimeline(deps, viewerId)) ? await open() : null)
  if (!timeline) return null
  const { candidates, floor } = timeline
  if (candidates.length > limit || floor === '') return pageOf(candidates, limit, before)

  const last = candidates.at(-1)?.postId ?? before
  const below = last === null || last > floor ? floor : last
  const authorIds = await timelines.authors(viewerId)
  // It has gone since it was opened, or is being made anew: it no longer says what is below.
  if (!authorIds) return null
  const rest = await authorCandidates(sources, authorIds).read(below, limit - candidates.length)
  return byPostId([...candidates, ...rest.candidates], rest.next)

  // What was broadcast since the last read comes into the timeline first.
  async function open(): Promise<OpenTimeline | null> {
    const [found] = await Promise.all([timelines.open(viewerId, before, limit + 1), deps.broadcasts.update()])
    if (found.state !== 'ready') return null
    const missed = deps.broadcasts.after(found.position)
    if (missed === null) {
      await timelines.drop(viewerId)
      return null
    }
    if (missed.candidates.length === 0) return found
    await timelines.catchUp(viewerId, missed.candidates, missed.position)
    const caughtUp = await timelines.open(viewerId, before, limit + 1)
    return caughtUp.state === 'ready' ? caughtUp : null
  }
}

/** Whom somebody follows, and themselves, as user says. */
export async function followedAuthors({ sources }: Pick<HomeDeps, 'sources'>, userId: string): Promise<string[]> {
  const authorIds = [userId]
  let after: string | null = null
  do {
    const page = await sources.following(userId, after)
    authorIds.push(...page.items.flatMap((edge) => (edge.active ? [edge.userId] : [])))
    after = page.next
  } while (after !== null)
  return authorIds
}
