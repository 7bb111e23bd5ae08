import type { Candidate, CandidateSource } from './candidate.ts'
import type { ExploreSnapshots } from './explore-snapshots.ts'
import { followedAuthors, type HomeDeps } from './home-candidates.ts'

export interface ExploreDeps extends HomeDeps {
  explore: ExploreSnapshots
}

/** `<list>.<index of the next post>` */
export const explorePosition = /^[0-9a-f-]{36}\.\d{1,6}$/

/** Candidates of explore: what ranks highest, without the viewer's own posts and those of whom they follow, who have them at home. */
export function exploreCandidates(deps: ExploreDeps, viewerId: string | null): CandidateSource {
  return {
    async read(position, limit) {
      const [id, index] = position?.split('.') ?? []
      const [snapshot, known] = await Promise.all([
        (async () => (id && (await deps.explore.byId(id))) || (await deps.explore.current()))(),
        viewerId === null ? [] : followed(deps, viewerId),
      ])
      const excluded = new Set(known)
      const candidates: Candidate[] = []
      const places: number[] = []
      let at = Number(index ?? 0)
      for (; at < snapshot.candidates.length && candidates.length < limit; at++) {
        const candidate = snapshot.candidates[at]!
        if (excluded.has(candidate.authorId)) continue
        candidates.push(candidate)
        places.push(at)
      }
      return {
        candidates,
        next: at < snapshot.candidates.length ? `${snapshot.id}.${at}` : null,
        positionAfter: (place) => `${snapshot.id}.${places[place]! + 1}`,
      }
    },
  }
}

async function followed(deps: ExploreDeps, viewerId: string): Promise<string[]> {
  try {
    const authorIds = await deps.timelines.authors(viewerId)
    if (authorIds) return authorIds
  } catch (error) {
    deps.onTimelineError(error)
  }
  return await followedAuthors(deps, viewerId)
}
