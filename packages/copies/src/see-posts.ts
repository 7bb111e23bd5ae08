import { hydratePosts, type HydrateDeps, type HydrationSources, type PostKey } from './hydrate-posts.ts'

export interface SeeDeps extends Omit<HydrateDeps, 'hydration'> {
  hydration: Pick<HydrationSources, 'documents' | 'people' | 'relations'>
}

// Who only asks whether does not ask what was done with it.
const untouched = { counts: { likes: 0, comments: 0 }, viewer: null }

/**
 * Ids of those of these posts that the viewer may see, by the same rules and from the same copies as pages are shown.
 * @throws NeighbourError if there is no copy of a post, and post does not answer
 */
export async function seePosts(
  deps: SeeDeps,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<Set<string>> {
  const hydration = { ...deps.hydration, states: async (ids: string[]) => new Map(ids.map((id) => [id, untouched])) }
  const { posts } = await hydratePosts({ ...deps, hydration }, wanted, viewerId)
  return new Set(posts.flatMap(({ key, document }) => (document ? [key.postId] : [])))
}
