import { formatGroupKey, type GroupKey } from './group-key.ts'
import { isDuplicateKey, type Collections, type EntryDocument } from './store.ts'

export interface ApplyDeps {
  collections: Collections
  /** Counts a group anew, with all that was written before it is called. */
  countGroup(key: string): Promise<void>
  /** Tells the replicas that hold this person's stream. */
  announce: (recipientId: string) => Promise<void>
  /** Has groups with news sent to browsers; again changes nothing. */
  enqueuePushes(groupIds: string[]): Promise<void>
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
  const dirty = await keepNewest(deps, entry)
  if (await hangsOnSomethingGone(deps, entry)) {
    await deps.collections.entries.updateOne({ _id: entry.id }, { $set: { removed: true } })
  }
  for (const key of dirty) await deps.countGroup(key)
  await deps.collections.entries.updateOne({ _id: entry.id, version: entry.version }, { $set: { dirty: [] } })
}

async function keepNewest({ collections: { entries } }: ApplyDeps, entry: NewEntry): Promise<string[]> {
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
  for (;;) {
    const known = await entries.findOne({ _id: entry.id })
    if (known && known.version >= entry.version) return [...new Set([known.groupKey, ...known.dirty])]
    const dirty = [...new Set([groupKey, ...(known ? [known.groupKey, ...known.dirty] : [])])]
    try {
      if (!known) {
        await entries.insertOne({ _id: entry.id, ...next, removed: false, dirty })
        return dirty
      }
      const { matchedCount } = await entries.updateOne(
        { _id: entry.id, version: known.version },
        { $set: { ...next, dirty } },
      )
      if (matchedCount === 1) return dirty
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
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
