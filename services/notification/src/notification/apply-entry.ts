import type { CountedGroup } from '../push/enqueue-pushes.ts'
import { formatGroupKey, type GroupKey } from './group-key.ts'
import type { EntryVersion, Kept } from './keep-newest.ts'
import { covers, silencesOf } from '../mutes/keep-mute.ts'
import type { Collections, MuteDocument } from './store.ts'

export interface ApplyDeps {
  collections: Collections
  keepNewest(entry: EntryVersion): Promise<Kept>
  isPostGone(postId: string): Promise<boolean>
  /** Whether somebody has left for good. */
  hasLeft(personId: string): Promise<boolean>
  /** The mute or restriction of an id, whatever time it was for. */
  findMute(id: string): Promise<MuteDocument | null>
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
  const { groupKey, dirty } = await deps.keepNewest({
    _id: entry.id,
    groupKey: formatGroupKey(entry.group),
    recipientId: entry.group.recipientId,
    actorId: entry.actorId,
    version: entry.version,
    active: entry.active,
    at: entry.at,
    postId: entry.postId ?? null,
    commentId: entry.commentId ?? null,
    text: entry.text ?? null,
  })
  const isGone = await hangsOnSomethingGone(deps, entry)
  if (isGone) await deps.collections.entries.updateOne({ _id: entry.id }, { $set: { removed: true } })
  else await silence(deps, entry)
  await Promise.all([...new Set([groupKey, ...dirty])].map((key) => deps.countGroup(key)))
  if (isGone) await deps.collections.entries.deleteOne({ _id: entry.id, removed: true })
  if (isGone || dirty.length === 0) return
  await deps.collections.entries.updateOne({ _id: entry.id, version: entry.version }, { $set: { dirty: [] } })
}

async function silence(deps: ApplyDeps, { id, version, group, actorId, at }: NewEntry): Promise<void> {
  const ids = silencesOf({ muterId: group.recipientId, mutedId: actorId })
  const mutes = await Promise.all(ids.map((muteId) => deps.findMute(muteId)))
  if (!mutes.some((mute) => mute && covers(mute, at))) return
  // Of this version alone: what they do again later is told.
  await deps.collections.entries.updateOne({ _id: id, version }, { $set: { active: false } })
}

// The tombstone is written before entries are removed, and looked for after an entry is written: one of both sees the other.
async function hangsOnSomethingGone(
  deps: ApplyDeps,
  { postId, commentId, actorId, group: { recipientId } }: NewEntry,
): Promise<boolean> {
  const [hasActorLeft, hasRecipientLeft, isPostGone, comment] = await Promise.all([
    deps.hasLeft(actorId),
    deps.hasLeft(recipientId),
    postId !== undefined && deps.isPostGone(postId),
    commentId === undefined ? null : deps.collections.commentTombstones.findOne({ _id: commentId }),
  ])
  return hasActorLeft || hasRecipientLeft || isPostGone || comment !== null
}
