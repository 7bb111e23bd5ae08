import {
  countsFor,
  maySeeLikes,
  type PersonShort,
  type PostCounts,
  type PostDocument,
  type PostViewer,
} from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import {
  accountOf,
  type Copies,
  type Copy,
  copyKey,
  countsCopy,
  type KeptCopy,
  type KnownMarks,
  type KnownPerson,
  type Mark,
  partsOfPost,
  personCopy,
  personOf,
  postCopy,
} from './copies.ts'
import { askRelations, type AskedRelation, type KnownRelations, noRelations } from './relations.ts'
import { type Guarded, visibleIds } from './visible-ids.ts'

/** A post that may be shown: nothing but who wrote what. */
export interface PostKey {
  postId: string
  authorId: string
}

export interface PostState {
  counts: PostCounts
  /** The newer of two pairs of counts has the greater one; undefined from an interaction that does not tell. */
  version?: number | undefined
  viewer: PostViewer | null
}

/** What post, user and interaction say of what is not kept here. */
export interface HydrationSources {
  documents(ids: string[]): Promise<
    {
      version: number
      authorId: string
      authorUsername: string
      document: PostDocument
      /** As post knows them; of no use where there are newer ones. */
      counts?: (PostCounts & { version: number }) | undefined
    }[]
  >
  people(ids: string[]): Promise<KnownPerson[]>
  /** By post id; without what is deleted. */
  states(ids: string[], viewerId: string | null): Promise<Map<string, PostState>>
  /** How the viewer stands to these people. */
  relations(viewerId: string, ids: string[]): Promise<AskedRelation[]>
}

export interface HydrateDeps {
  hydration: HydrationSources
  /** Documents are this service's own: one that is held is read, whoever looks, since that costs little. */
  ownsDocuments?: boolean
  copies: Copies
  onCacheError: (error: unknown) => void
}

/** All but the key are JSON in UTF-8. */
export interface HydratedPost {
  key: PostKey
  /** A `PostDocument`; null if there is no such post that this viewer may see. */
  document: Buffer | null
  /** Nobody sees it any more. */
  isGone: boolean
  /** A `PersonShort`; null of a post that cannot be seen. */
  author: Buffer | null
  /** `ShownCounts` and `PostViewer`; null if they are not known, interaction not answering. */
  counts: Buffer | null
  viewer: Buffer | null
  /** Not everybody sees it: its photos are fetched by grants. */
  isGuarded: boolean
  /** The viewer does not want to see its author's posts where they did not ask for them. */
  isMuted: boolean
}

/**
 * Everything that a page shows of its posts, in bulk: copies and the viewer's marks from Redis, what is missing there from its owners, at
 * the same time. A page whose posts were shown to anybody before asks nobody. Without interaction or user it is poorer, and says so: what is
 * not for everybody is not shown to whom user alone could vouch for.
 * @throws NeighbourError if a document is missing and post does not answer
 */
export async function hydratePosts(
  deps: HydrateDeps,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<{ posts: HydratedPost[]; degraded: string[] }> {
  if (wanted.length === 0) return { posts: [], degraded: [] }
  const shown = await readCopies(deps, wanted, viewerId)
  const asked = askDocuments(deps, shown, wanted, viewerId)
  // With documents come counts, and mostly nothing is left to ask of interaction; but what the viewer did it alone knows.
  const lacksMarks = viewerId !== null && wanted.some(({ postId }) => !shown.marks.has(postId))
  const [documents, states, people] = await Promise.all([
    asked,
    (lacksMarks ? Promise.resolve() : asked).then(() => askStates(deps, shown, wanted, lacksMarks ? viewerId : null)),
    askPeople(deps, shown, wanted, viewerId),
    askRelations(deps, shown.relations, viewerId, authorsOf(wanted)),
  ])
  // What interaction knows to be deleted it tells nothing of.
  for (const id of states.deleted) shown.documents.delete(id)
  await deps.copies.keep([...states.told, ...documents, ...people]).catch(deps.onCacheError)
  const visible = await visibleIds(deps, shown.relations, guardedOf(shown, wanted), viewerId)
  const areAllNamed = nameTheUnknown(shown, wanted)
  const posts = wanted.map((key): HydratedPost => {
    const document = shown.documents.get(key.postId)?.text
    const author = shown.people.get(key.authorId)?.text
    const parts = document && visible.has(key.postId) ? partsOfPost(document) : null
    const counts = shown.counts.get(key.postId)?.text
    return {
      key,
      document: parts?.document ?? null,
      isGuarded: parts?.audience !== 'public' || !author || accountOf(author) !== 'open',
      isGone: !document,
      author: author ? personOf(author) : null,
      counts: parts && counts ? shownCounts(counts, { ...key, ...parts }, viewerId) : null,
      viewer: shown.marks.get(key.postId) ?? null,
      isMuted: shown.relations.muted.has(key.authorId),
    }
  })
  return {
    posts,
    degraded: [
      ...(areAllNamed && shown.relations.areKnown ? [] : ['user']),
      ...(states.areKnown ? [] : ['interaction']),
    ],
  }
}

function guardedOf({ documents, people }: Shown, wanted: readonly PostKey[]): Guarded[] {
  return wanted.flatMap(({ postId: id, authorId }) => {
    const document = documents.get(id)?.text
    if (!document) return []
    const person = people.get(authorId)?.text
    return [{ id, authorId, account: person ? accountOf(person) : undefined, audience: partsOfPost(document).audience }]
  })
}

function shownCounts(
  counts: Buffer,
  post: { authorId: string; likesHidden: boolean },
  viewerId: string | null,
): Buffer {
  if (maySeeLikes(viewerId, post)) return counts
  return Buffer.from(JSON.stringify(countsFor(viewerId, post, JSON.parse(counts.toString()) as PostCounts)))
}

function authorsOf(wanted: readonly PostKey[]): string[] {
  return [...new Set(wanted.map(({ authorId }) => authorId))]
}

/** Copies by post id, those of people by their id. What was asked for replaces them. */
export interface Shown extends Record<'documents' | 'people' | 'counts', Map<string, KeptCopy>> {
  marks: Map<string, Buffer>
  areMarksFilled: boolean
  relations: KnownRelations
}

async function readCopies(
  { copies, onCacheError }: HydrateDeps,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<Shown> {
  const postIds = wanted.map(({ postId }) => postId)
  const authorIds = authorsOf(wanted)
  const keys = [...postIds.map(copyKey.post), ...postIds.map(copyKey.counts), ...authorIds.map(copyKey.person)]
  const [values, marks, relations] = await Promise.all([
    copies.read(keys),
    viewerId === null ? noMarks : copies.readMarks(viewerId, postIds),
    viewerId === null ? noRelations(true) : copies.readRelations(viewerId, authorIds),
  ]).catch((error: unknown): [KeptCopy[], KnownMarks, KnownRelations] => {
    onCacheError(error)
    return [keys.map(() => ({ text: null, isHeld: false })), noMarks, noRelations(viewerId === null)]
  })
  function take(ids: readonly string[]): Map<string, KeptCopy> {
    const taken = values.splice(0, ids.length)
    return new Map(ids.map((id, index) => [id, taken[index]!]))
  }
  return {
    ...{ documents: take(postIds), counts: take(postIds), people: take(authorIds) },
    marks: new Map(marks.byPost),
    areMarksFilled: marks.areFilled,
    relations,
  }
}

const noMarks: KnownMarks = { byPost: new Map(), areFilled: false }

// Copies follow their originals within a second or so, by events. Who has just changed the own post or name sees it at once:
// while it is held its owner is asked, and the copy serves while that is away.
function isToBeAsked(copy: KeptCopy | undefined, isOwn: boolean): boolean {
  return !copy?.text || (copy.isHeld && isOwn)
}

async function askDocuments(
  { hydration, ownsDocuments = false }: HydrateDeps,
  { documents, counts }: Shown,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<Copy[]> {
  const asked = wanted
    .filter(({ postId, authorId }) => isToBeAsked(documents.get(postId), ownsDocuments || authorId === viewerId))
    .map(({ postId }) => postId)
  if (asked.length === 0) return []
  const areNeeded = asked.some((id) => !documents.get(id)?.text)
  const answer = await hydration.documents(asked).catch(unless(areNeeded))
  if (!answer) return []
  for (const id of asked) documents.delete(id)
  return answer.flatMap(({ version, authorUsername, document, counts: known }) => {
    const copy = postCopy(document, { version, authorUsername })
    documents.set(document.id, copyOf(copy.text ?? ''))
    const told = [copy]
    if (known && !counts.get(document.id)?.text) {
      const copy = countsCopy(document.id, known)
      counts.set(document.id, copyOf(copy.text ?? ''))
      told.push(copy)
    }
    return told
  })
}

async function askPeople(
  { hydration }: HydrateDeps,
  { people }: Shown,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<Copy[]> {
  const asked = authorsOf(wanted).filter((id) => isToBeAsked(people.get(id), id === viewerId))
  if (asked.length === 0) return []
  const answer = await hydration.people(asked).catch(unless(false))
  return (answer ?? []).map((known) => {
    const copy = personCopy(known)
    people.set(known.person.id, copyOf(copy.text ?? ''))
    return copy
  })
}

// Counts come a second late. Whoever has just liked a post is told of both by interaction, until they are here.
async function askStates(
  { hydration, copies, onCacheError }: HydrateDeps,
  { counts, marks, areMarksFilled }: Shown,
  wanted: readonly PostKey[],
  viewerId: string | null,
): Promise<{ told: Copy[]; deleted: string[]; areKnown: boolean }> {
  const asked = wanted
    .map(({ postId }) => postId)
    .filter((id) => !counts.get(id)?.text || (viewerId !== null && !marks.has(id)))
  if (asked.length === 0) return { told: [], deleted: [], areKnown: true }
  const askedAt = performance.now()
  const answer = await hydration.states(asked, viewerId).catch(unless(false))
  if (!answer) return { told: [], deleted: [], areKnown: false }
  const told: Copy[] = []
  const newMarks: [string, Mark][] = []
  for (const [id, state] of answer) {
    counts.set(id, copyOf(JSON.stringify(state.counts)))
    if (state.version !== undefined) told.push(countsCopy(id, { ...state.counts, version: state.version }))
    if (state.viewer === null) continue
    if (!marks.has(id)) newMarks.push([id, state.viewer])
    marks.set(id, Buffer.from(JSON.stringify(state.viewer)))
  }
  // Where they are not filled in, interaction does it.
  if (viewerId !== null && areMarksFilled) await copies.keepMarks(viewerId, newMarks, askedAt).catch(onCacheError)
  return { told, deleted: asked.filter((id) => !answer.has(id)), areKnown: true }
}

// Of whom user says nothing the post's own memory of the name is shown: its author is never nobody.
function nameTheUnknown({ documents, people }: Shown, wanted: readonly PostKey[]): boolean {
  let areAllNamed = true
  for (const { postId, authorId } of wanted) {
    const text = documents.get(postId)?.text
    if (!text || people.get(authorId)?.text) continue
    const { authorUsername: username } = partsOfPost(text)
    const remembered: PersonShort = { id: authorId, username, displayName: username, avatar: null }
    people.set(authorId, copyOf(JSON.stringify(remembered)))
    areAllNamed = false
  }
  return areAllNamed
}

function copyOf(text: string): KeptCopy {
  return { text: Buffer.from(text), isHeld: false }
}

/** For `catch`: a neighbour's failure is undefined instead, unless there is no page without its answer. */
function unless(isNeeded: boolean): (error: unknown) => undefined {
  return (error) => {
    if (isNeeded || !(error instanceof NeighbourError)) throw error
    return undefined
  }
}
