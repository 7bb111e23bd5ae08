import type { CountedGroup } from '../push/enqueue-pushes.ts'
import { formatGroupKey, type GroupKey } from './group-key.ts'
import { isDuplicateKey, type Collections, type EntryDocument } from './store.ts'

export interface ApplyDeps {
  collections: Collections
  /** Counts a group anew, with all that was written before it is called. */
  countGroup(key: string): Promise<void>
  /** Tells the replicas that hold this person's stream. */
  announce: (recipientId: string) => Promise<void>
  /** Has groups with news sent to browsers; again changes nothing. */
  enqueuePushes(groups: readonly CountedGroup[]): Promise<void>
}

export interface NewEntry {
  id: string
  group: GroupKey
  actorId: string
  version: number
  active: boolean
  at: Date
  postId?: string
  commentId?: string
  text?: string
}

/**
 * Keeps the newest version of an entry and counts the groups it is in or has left. Every step can be repeated, so an event
 * that comes again after a crash finishes what the first delivery began.
 */
export async function applyEntry(deps: ApplyDeps, entry: NewEntry): Promise<void> {
  const { groupKey, dirty } = await keepNewest(deps, entry)
  if (await hangsOnSomethingGone(deps, entry)) {
    await deps.collections.entries.updateOne({ _id: entry.id }, { $set: { removed: true } })
  }
  for (const key of new Set([groupKey, ...dirty])) await deps.countGroup(key)
  if (dirty.length === 0) return
  await deps.collections.entries.updateOne({ _id: entry.id, version: entry.version }, { $set: { dirty: [] } })
}

type Kept = Pick<EntryDocument, 'groupKey' | 'dirty'>

// Most entries are new, so that is tried first.
async function keepNewest({ collections: { entries } }: ApplyDeps, entry: NewEntry): Promise<Kept> {
  const groupKey = formatGroupKey(entry.group)
  const next: Omit<EntryDocument, '_id' | 'dirty' | 'removed'> = {
    groupKey,
    recipientId: entry.group.recipientId,
    actorId: entry.actorId,
    version: entry.version,
    active: entry.active,
    at: entry.at,
    postId: entry.postId ?? null,
    commentId: entry.commentId ?? null,
    text: entry.text ?? null,
  }
  try {
    await entries.insertOne({ _id: entry.id, ...next, removed: false, dirty: [] })
    return { groupKey, dirty: [] }
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
  for (;;) {
    const known = await entries.findOne({ _id: entry.id })
    if (!known) throw new Error(`entry ${entry.id} was there and is gone`)
    if (known.version >= entry.version) return known
    const dirty = [...new Set([known.groupKey, ...known.dirty])].filter((key) => key !== groupKey)
    const { matchedCount } = await entries.updateOne(
      { _id: entry.id, version: known.version },
      { $set: { ...next, dirty } },
    )
    if (matchedCount === 1) return { groupKey, dirty }
  }
}

// The tombstone is written before entries are removed, and looked for after an entry is written: one of both sees the other.
async function hangsOnSomethingGone({ collections }: ApplyDeps, entry: NewEntry): Promise<boolean> {
  const [post, comment] = await Promise.all([
    entry.postId ? collections.posts.findOne({ _id: entry.postId, deleted: true }) : null,
    entry.commentId ? collections.commentTombstones.findOne({ _id: entry.commentId }) : null,
  ])
  return post !== null || comment !== null
}
