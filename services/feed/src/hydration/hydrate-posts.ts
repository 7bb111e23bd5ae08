import type { PersonShort, PostCounts, PostDocument, PostViewer } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import type { Candidate } from '../candidates/candidate.ts'
import type { DocumentCache } from './document-cache.ts'

export interface PostState {
  counts: PostCounts
  viewer: PostViewer | null
}

/** What post and user say of what is not kept here. */
export interface HydrationSources {
  documents(
    ids: string[],
  ): Promise<{ version: number; authorId: string; authorUsername: string; document: PostDocument }[]>
  people(ids: string[]): Promise<{ person: PersonShort; version: number }[]>
  /** By post id; without what is deleted. */
  states(ids: string[], viewerId: string | null): Promise<Map<string, PostState>>
}

export interface HydrateDeps {
  hydration: HydrationSources
  documents: DocumentCache
  onCacheError: (error: unknown) => void
}

export interface HydratedPost {
  candidate: Candidate
  /** JSON text of a `PostDocument`; null if there is no such post that can be seen. */
  document: string | null
  /** JSON text of a `PersonShort`. */
  author: string
  /** null: deleted, as interaction knows; undefined: interaction could not be asked. */
  state: PostState | null | undefined
}

/**
 * Everything that a page shows of its posts, in bulk: documents and people from Redis, what is missing there from their owners,
 * counts and what the viewer did from interaction at the same time. Without interaction or user a page is poorer, and says so.
 * @throws NeighbourError if a document is missing and post does not answer
 */
export async function hydratePosts(
  deps: HydrateDeps,
  candidates: readonly Candidate[],
  viewerId: string | null,
): Promise<{ posts: HydratedPost[]; degraded: string[] }> {
  if (candidates.length === 0) return { posts: [], degraded: [] }
  const ids = candidates.map(({ postId }) => postId)
  const [texts, states] = await Promise.all([
    readTexts(deps, candidates, viewerId),
    deps.hydration.states(ids, viewerId).catch(unless(false)),
  ])
  const posts = candidates.map((candidate): HydratedPost => {
    const { postId, authorId } = candidate
    return {
      candidate,
      document: documentOf(texts.post.get(postId)),
      author: texts.person.get(authorId) ?? 'null',
      state: states && (states.get(postId) ?? null),
    }
  })
  return { posts, degraded: [...(texts.isComplete ? [] : ['user']), ...(states ? [] : ['interaction'])] }
}

interface Texts {
  post: Map<string, string>
  person: Map<string, string>
  /** False if somebody is shown as the post remembers them. */
  isComplete: boolean
}

// Copies follow their originals within a second or so. Who has just changed the own post or name sees it at once: one's
// own are asked for each time, and the copy serves while their owner is away.
async function readTexts(deps: HydrateDeps, candidates: readonly Candidate[], viewerId: string | null): Promise<Texts> {
  const postIds = candidates.map(({ postId }) => postId)
  const authorIds = [...new Set(candidates.map(({ authorId }) => authorId))]
  const ownIds = candidates.flatMap(({ postId, authorId }) => (authorId === viewerId ? [postId] : []))
  const kept = await deps.documents.read(postIds, authorIds).catch((error: unknown) => {
    deps.onCacheError(error)
    return { post: new Map<string, string>(), person: new Map<string, string>() }
  })
  const missingPosts = postIds.filter((id) => !kept.post.has(id))
  const missingPeople = authorIds.filter((id) => !kept.person.has(id))
  const askedPosts = [...new Set([...missingPosts, ...ownIds])]
  const askedPeople =
    viewerId !== null && ownIds.length > 0 ? [...new Set([...missingPeople, viewerId])] : missingPeople
  const [documents, people] = await Promise.all([
    askedPosts.length > 0 ? deps.hydration.documents(askedPosts).catch(unless(missingPosts.length > 0)) : [],
    askedPeople.length > 0 ? deps.hydration.people(askedPeople).catch(unless(false)) : [],
  ])
  if (documents) for (const id of ownIds) kept.post.delete(id)
  const posts = (documents ?? []).map(({ version, authorUsername, document }) => ({
    id: document.id,
    version,
    text: `${authorUsername}|${JSON.stringify(document)}`,
  }))
  const persons = (people ?? []).map(({ person, version }) => ({
    id: person.id,
    version,
    text: JSON.stringify(person),
  }))
  await Promise.all([deps.documents.keep('post', posts), deps.documents.keep('person', persons)]).catch(
    deps.onCacheError,
  )
  for (const { id, text } of posts) kept.post.set(id, text)
  for (const { id, text } of persons) kept.person.set(id, text)
  return { ...kept, isComplete: nameTheUnknown(kept, candidates) }
}

// Of whom user says nothing the post's own memory of the name is shown: its author is never nobody.
function nameTheUnknown({ post, person }: Omit<Texts, 'isComplete'>, candidates: readonly Candidate[]): boolean {
  let isComplete = true
  for (const { postId, authorId } of candidates) {
    const text = post.get(postId)
    if (text === undefined || person.has(authorId)) continue
    const username = text.slice(0, text.indexOf('|'))
    const remembered: PersonShort = { id: authorId, username, displayName: username, avatar: null }
    person.set(authorId, JSON.stringify(remembered))
    isComplete = false
  }
  return isComplete
}

// A post's copy is "<its author's username>|<JSON>".
function documentOf(text: string | undefined): string | null {
  return text === undefined ? null : text.slice(text.indexOf('|') + 1)
}

/** For `catch`: a neighbour's failure is undefined instead, unless there is no page without its answer. */
function unless(isNeeded: boolean): (error: unknown) => undefined {
  return (error) => {
    if (isNeeded || !(error instanceof NeighbourError)) throw error
    return undefined
  }
}
