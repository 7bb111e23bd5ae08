import type { PersonShort, Post, PostCounts, PostDocument, PostViewer } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import type { Copies, KnownMarks } from '@daguerre/copies/copies'
import { NeighbourError } from '@daguerre/kit/dapr'
import type { Neighbours } from '../neighbours.ts'
import type { PostRow } from './post-row.ts'

const noCounts: PostCounts = { likes: 0, comments: 0 }

export interface PresentDeps {
  people: Pick<Cache<PersonShort>, 'getMany'>
  neighbours: Pick<Neighbours, 'states'>
  copies: Copies
  onCacheError: (error: unknown) => void
}

export interface PresentOptions {
  viewerId: string | null
  /** `leave`: counts and viewer stay null; `untouched`: the post is new, so nobody has liked it. Neither asks. */
  interactions?: 'ask' | 'leave' | 'untouched'
  /** People who are known already, by id. */
  known?: ReadonlyMap<string, PersonShort>
}

/**
 * What a viewer sees of these posts, in their order: authors through the cache, the counts that are kept here, a second behind, and
 * what the viewer did from the marks in Redis. What is not there interaction is asked, once for all, counts included; so it is for
 * whoever has just done something, and sees it at once. What cannot be had is left out and named in `degraded`.
 */
export async function presentPosts(
  deps: PresentDeps,
  posts: readonly PostRow[],
  { viewerId, interactions = 'ask', known }: PresentOptions,
): Promise<{ items: Post[]; degraded: string[] }> {
  const authorIds = [...new Set(posts.map((post) => post.authorId))].filter((id) => !known?.has(id))
  const published = posts.flatMap((post) => (post.state === 'published' ? [post.id] : []))
  const [authors, states] = await Promise.all([
    deps.people.getMany(authorIds),
    interactions === 'ask' && viewerId !== null ? readStates(deps, published, viewerId) : noStates,
  ])
  const untouched = { counts: noCounts, viewer: viewerId === null ? null : { liked: false, saved: false } }
  // Nobody can like what only its author sees, so only published ones were asked for.
  function stateOf(post: PostRow): Partial<State> {
    if (interactions === 'leave') return {}
    if (interactions === 'untouched' || post.state !== 'published') return untouched
    return { counts: post.counts ?? noCounts, ...states.byPost.get(post.id) }
  }
  const items = posts.map((post): Post => {
    const state = stateOf(post)
    return {
      ...toPostDocument(post),
      author: known?.get(post.authorId) ?? authors.values.get(post.authorId) ?? lastKnown(post),
      counts: state.counts ?? null,
      viewer: state.viewer ?? null,
    }
  })
  const degraded = [
    ...(authors.stale || authors.unknown.length > 0 ? ['user'] : []),
    ...(states.areKnown ? [] : ['interaction']),
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

interface State {
  counts: PostCounts
  viewer: PostViewer | null
}

interface States {
  /** Counts only of those that interaction was asked about. */
  byPost: Map<string, Partial<State>>
  areKnown: boolean
}

const noStates: States = { byPost: new Map(), areKnown: true }

async function readStates(
  { neighbours, copies, onCacheError }: PresentDeps,
  postIds: readonly string[],
  viewerId: string,
): Promise<States> {
  if (postIds.length === 0) return noStates
  const marks = await copies.readMarks(viewerId, postIds).catch((error: unknown): KnownMarks => {
    onCacheError(error)
    return { byPost: new Map(), areFilled: false }
  })
  const byPost: States['byPost'] = new Map()
  for (const [id, mark] of marks.byPost) byPost.set(id, { viewer: JSON.parse(mark.toString()) as PostViewer })
  const asked = postIds.filter((id) => !byPost.has(id))
  if (asked.length === 0) return { byPost, areKnown: true }
  const askedAt = performance.now()
  const answer = await neighbours.states(asked, viewerId).catch((error: unknown) => {
    if (!(error instanceof NeighbourError)) throw error
    return undefined
  })
  if (!answer) return { byPost, areKnown: false }
  // Of what interaction knows to be deleted it tells nothing.
  for (const id of asked) byPost.set(id, answer.get(id) ?? { counts: noCounts, viewer: { liked: false, saved: false } })
  // Where they are not filled in, interaction does it.
  if (marks.areFilled) {
    const told = [...answer].flatMap(([id, { viewer }]): [string, PostViewer][] => (viewer ? [[id, viewer]] : []))
    await copies.keepMarks(viewerId, told, askedAt).catch(onCacheError)
  }
  return { byPost, areKnown: true }
}

function lastKnown(post: PostRow): PersonShort {
  return { id: post.authorId, username: post.authorUsername, displayName: post.authorUsername, avatar: null }
}
