import type { PersonShort, Post, PostCounts, PostDocument } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import { NeighbourError } from '@daguerre/kit/dapr'
import type { Neighbours, PostStates } from '../neighbours.ts'
import type { PostRow } from './post-row.ts'

const noCounts: PostCounts = { likes: 0, comments: 0 }

export interface PresentDeps {
  people: Pick<Cache<PersonShort>, 'getMany'>
  neighbours: Pick<Neighbours, 'readStates'>
}

export interface PresentOptions {
  viewerId: string | null
  /** `leave`: counts and viewer stay null; `untouched`: the post is new, so nobody has liked it. Neither asks. */
  interactions?: 'ask' | 'leave' | 'untouched'
  /** People who are known already, by id. */
  known?: ReadonlyMap<string, PersonShort>
}

/**
 * What a viewer sees of these posts, in their order: authors through the cache, counts and what the viewer did by one
 * invocation. Who is not signed in has done nothing, and sees the counts that are kept here, a second behind: nobody is asked. What
 * cannot be had is left out and named in `degraded`.
 */
export async function presentPosts(
  { people, neighbours }: PresentDeps,
  posts: readonly PostRow[],
  { viewerId, interactions = 'ask', known }: PresentOptions,
): Promise<{ items: Post[]; degraded: string[] }> {
  const authorIds = [...new Set(posts.map((post) => post.authorId))].filter((id) => !known?.has(id))
  const published = posts.flatMap((post) => (post.state === 'published' ? [post.id] : []))
  const [authors, states] = await Promise.all([
    people.getMany(authorIds),
    interactions === 'ask' && viewerId !== null && published.length > 0
      ? readStates(neighbours, published, viewerId)
      : new Map<string, PostStates>(),
  ])
  const untouched: PostStates = { counts: noCounts, viewer: viewerId === null ? null : { liked: false, saved: false } }
  // Nobody can like what only its author sees, so only published ones were asked for.
  function stateOf(post: PostRow): PostStates | undefined {
    if (interactions === 'leave') return undefined
    if (interactions === 'untouched' || post.state !== 'published') return untouched
    if (viewerId === null || !states) return { counts: post.counts ?? noCounts, viewer: null }
    return states.get(post.id) ?? untouched
  }
  const items = posts.map((post): Post => {
    const state = stateOf(post)
    return {
      ...toPostDocument(post),
      author: known?.get(post.authorId) ?? authors.values.get(post.authorId) ?? lastKnown(post),
      counts: state?.counts ?? null,
      viewer: state?.viewer ?? null,
    }
  })
  const degraded = [
    ...(authors.stale || authors.unknown.length > 0 ? ['user'] : []),
    ...(states ? [] : ['interaction']),
  ]
  return { items, degraded }
}

/** What of a post is the same for all who may see it. */
export function toPostDocument(post: PostRow): PostDocument {
  return {
    id: post.id,
    caption: post.caption,
    entities: post.entities,
    media: post.media,
    location: post.location ?? null,
    state: post.state as Post['state'],
    createdAt: post.createdAt.toISOString(),
    editedAt: post.editedAt?.toISOString() ?? null,
  }
}

async function readStates(
  neighbours: PresentDeps['neighbours'],
  postIds: string[],
  viewerId: string,
): Promise<Map<string, PostStates> | undefined> {
  try {
    return await neighbours.readStates(postIds, viewerId)
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    return undefined
  }
}

function lastKnown(post: PostRow): PersonShort {
  return { id: post.authorId, username: post.authorUsername, displayName: post.authorUsername, avatar: null }
}
