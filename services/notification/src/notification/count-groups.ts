import type { AnyBulkWriteOperation, Filter } from 'mongodb'
import type { ApplyDeps } from './apply-entry.ts'
import { groupIdOf, parseGroupKey } from './group-key.ts'
import {
  changedNow,
  type Collections,
  emptied,
  type EntryDocument,
  type GroupDocument,
  isDuplicateKey,
} from './store.ts'

export interface CountDeps extends Pick<ApplyDeps, 'announce' | 'enqueuePushes'> {
  collections: Pick<Collections, 'entries' | 'groups'>
}

const shownActors = 3
/** Of a group with fewer entries all are read, and nothing is left to be asked. */
const readEntries = 20
/** As many entries of small groups are read by one statement. */
const readTogether = 1_000
const oneEach: ReadonlySet<string> = new Set(['liked', 'followed', 'requested', 'accepted'])
const epoch = new Date(0)
const newestFirst = { at: -1, _id: -1 } as const

/**
 * Counts groups anew from their entries. `rev` grows before the entries are read and a result is kept only while no newer
 * one is there, so whoever counts last has seen every entry that was written before. Half a dozen statements, however many they are, but
 * for groups of more than 20 entries.
 */
export async function countGroups(deps: CountDeps, keys: readonly string[]): Promise<void> {
  const { groups } = deps.collections
  let open = [...new Set(keys)]
  while (open.length > 0) {
    const touched = await touch(deps, open)
    const small = await readSmall(deps, touched)
    const counted = await Promise.all(
      touched.map(async (group) => ({ group, counted: await count(deps, group, small.get(group.key)) })),
    )
    const { matchedCount } = await groups.bulkWrite(
      counted.map(({ group, counted: set }) => ({
        updateOne: {
          // readUpTo is part of the condition: somebody may be reading it at this moment.
          filter: { _id: group._id, computedRev: { $lt: group.rev }, readUpTo: group.readUpTo },
          update: { $set: set, ...changedNow },
        },
      })),
      { ordered: false },
    )
    const kept = matchedCount === open.length ? counted : await keptOf(deps, counted)
    const news = kept.flatMap(({ group, counted: { unread } }) => (unread ? [group] : []))
    if (news.length > 0) await deps.enqueuePushes(news)
    await Promise.all([...new Set(kept.map(({ group }) => group.recipientId))].map((id) => deps.announce(id)))
    const done = new Set(kept.map(({ group }) => group.key))
    open = open.filter((key) => !done.has(key))
  }
}

/** What a group is by its entries. @param known all of them, the newest first, if they have been read */
async function count(
  deps: CountDeps,
  { key, kind, rev, readUpTo }: GroupDocument,
  known: EntryDocument[] | undefined,
): Promise<Partial<GroupDocument>> {
  const newest =
    known ?? (await deps.collections.entries.find(standing(key), { sort: newestFirst, limit: readEntries }).toArray())
  const first = newest[0]
  if (!first) return { computedRev: rev, ...emptied }
  const actorIds = new Set(newest.map((entry) => entry.actorId))
  const areAllRead = known !== undefined || newest.length < readEntries
  return {
    computedRev: rev,
    live: true,
    unread: first.at > readUpTo,
    actors: [...actorIds].slice(0, shownActors),
    actorCount: areAllRead ? actorIds.size : await countActors(deps, key, kind),
    updatedAt: first.at,
    postId: first.postId,
    commentId: kind === 'followed' ? null : first.commentId,
    text: first.text,
    // Not the time of counting: a replay must come to the same.
    createdAt: (areAllRead ? newest.at(-1)! : await readOldest(deps, key))?.at ?? first.at,
  }
}

function standing(groupKey: string): Filter<EntryDocument> {
  return { groupKey, active: true, removed: false }
}

/** All entries of the groups that were small when they were counted last, the newest first, unless they have become many. */
async function readSmall(
  { collections: { entries } }: CountDeps,
  groups: readonly GroupDocument[],
): Promise<Map<string, EntryDocument[]>> {
  const keys = groups.flatMap(({ key, actorCount }) => (actorCount < readEntries ? [key] : []))
  if (keys.length < 2) return new Map()
  const found = await entries
    .find({ groupKey: { $in: keys }, active: true, removed: false }, { limit: readTogether })
    .toArray()
  if (found.length === readTogether) return new Map()
  const read = Map.groupBy(
    found.toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a._id < b._id ? 1 : -1)),
    ({ groupKey }) => groupKey,
  )
  return new Map(keys.map((key) => [key, read.get(key) ?? []]))
}

// A post that all the world likes must not hand over all its names each time: who likes it, follows or asks to has one entry.
async function countActors({ collections: { entries } }: CountDeps, key: string, kind: string): Promise<number> {
  if (oneEach.has(kind)) return await entries.countDocuments(standing(key))
  return (await entries.distinct('actorId', standing(key))).length
}

async function readOldest({ collections: { entries } }: CountDeps, key: string) {
  return await entries.findOne(standing(key), { sort: { at: 1, _id: 1 } })
}

async function touch({ collections: { groups } }: CountDeps, keys: readonly string[]): Promise<GroupDocument[]> {
  const touches = keys.map((key) => ({
    updateOne: {
      filter: { _id: groupIdOf(key) },
      update: { $inc: { rev: 1 }, $setOnInsert: emptyGroup(key) },
      upsert: true,
    },
  })) satisfies AnyBulkWriteOperation<GroupDocument>[]
  try {
    await groups.bulkWrite(touches, { ordered: false })
  } catch (error) {
    // Two who make the same one at once: now it is there for both. That others are touched again does no harm.
    if (!isDuplicateKey(error)) throw error
    await groups.bulkWrite(touches, { ordered: false })
  }
  return await groups.find({ _id: { $in: keys.map(groupIdOf) } }).toArray()
}

function emptyGroup(key: string): Omit<GroupDocument, '_id' | 'rev'> {
  const { recipientId, kind } = parseGroupKey(key)
  return {
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
}

/**
 * Those of which this count or a newer one is there. The others somebody read at that moment, or retention has taken for old, as a
 * group is until it is counted.
 */
async function keptOf<Counted extends { group: GroupDocument }>(
  { collections: { groups } }: CountDeps,
  counted: readonly Counted[],
): Promise<Counted[]> {
  const now = await groups
    .find({ _id: { $in: counted.map(({ group }) => group._id) } }, { projection: { computedRev: 1 } })
    .toArray()
  const revs = new Map(now.map(({ _id, computedRev }) => [_id, computedRev]))
  return counted.filter(({ group }) => (revs.get(group._id) ?? -1) >= group.rev)
}
