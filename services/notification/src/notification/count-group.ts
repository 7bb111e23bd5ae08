import type { ApplyDeps } from './apply-entry.ts'
import { groupIdOf, parseGroupKey } from './group-key.ts'
import { changedNow, type Collections, type GroupDocument } from './store.ts'

export interface CountDeps extends Pick<ApplyDeps, 'announce' | 'enqueuePushes'> {
  collections: Pick<Collections, 'entries' | 'groups'>
}

const shownActors = 3
/** Of a group with fewer entries all are read, and nothing is left to be asked. */
const readEntries = 20
const epoch = new Date(0)

/**
 * Counts a group anew from its entries. `rev` grows before the entries are read and a result is kept only while no newer
 * one is there, so whoever counts last has seen every entry that was written before.
 */
export async function countGroup(deps: CountDeps, key: string): Promise<void> {
  const { entries, groups } = deps.collections
  const { recipientId, kind } = parseGroupKey(key)
  for (;;) {
    const group = await touch(deps, key)
    const newest = await entries
      .find({ groupKey: key, active: true, removed: false }, { sort: { at: -1, _id: -1 }, limit: readEntries })
      .toArray()
    const first = newest[0]
    const counted: Partial<GroupDocument> = {
      computedRev: group.rev,
      live: first !== undefined,
      unread: first !== undefined && first.at > group.readUpTo,
    }
    if (first) {
      const actorIds = new Set(newest.map((entry) => entry.actorId))
      const areAllRead = newest.length < readEntries
      Object.assign(counted, {
        actors: [...actorIds].slice(0, shownActors),
        actorCount: areAllRead ? actorIds.size : await countActors(deps, key, kind),
        updatedAt: first.at,
        postId: first.postId,
        commentId: kind === 'followed' ? null : first.commentId,
        text: first.text,
      })
      // Not the time of counting: a replay must come to the same.
      counted.createdAt = (areAllRead ? newest.at(-1)! : await readOldest(deps, key))?.at ?? first.at
    } else {
      Object.assign(counted, { actors: [], actorCount: 0 })
    }
    // readUpTo is part of the condition: somebody may be reading it at this moment.
    const { matchedCount } = await groups.updateOne(
      { _id: group._id, computedRev: { $lt: group.rev }, readUpTo: group.readUpTo },
      { $set: counted, ...changedNow },
    )
    if (matchedCount === 1) {
      if (counted.unread) await deps.enqueuePushes([group])
      return await deps.announce(recipientId)
    }
    const now = await groups.findOne({ _id: group._id })
    if (now && now.computedRev >= group.rev) return
  }
}

// A post that all the world likes must not hand over all its names each time: who likes or follows has one entry.
async function countActors({ collections: { entries } }: CountDeps, key: string, kind: string): Promise<number> {
  const standing = { groupKey: key, active: true, removed: false }
  if (kind === 'liked' || kind === 'followed') return await entries.countDocuments(standing)
  return (await entries.distinct('actorId', standing)).length
}

async function readOldest({ collections: { entries } }: CountDeps, key: string) {
  return await entries.findOne({ groupKey: key, active: true, removed: false }, { sort: { at: 1, _id: 1 } })
}

async function touch(deps: CountDeps, key: string): Promise<GroupDocument> {
  const { recipientId, kind } = parseGroupKey(key)
  const empty: Omit<GroupDocument, '_id' | 'rev'> = {
    key,
    recipientId,
    kind,
    postId: null,
    commentId: null,
    text: null,
    actors: [],
    actorCount: 0,
    createdAt: epoch,
    updatedAt: epoch,
    readUpTo: epoch,
    unread: false,
    live: false,
    computedRev: 0,
    changedAt: epoch,
  }
  const group = await deps.collections.groups.findOneAndUpdate(
    { _id: groupIdOf(key) },
    { $inc: { rev: 1 }, $setOnInsert: empty },
    { upsert: true, returnDocument: 'after' },
  )
  if (!group) throw new Error(`group ${key} was neither found nor made`)
  return group
}
