import type { Audience } from '@daguerre/contracts'
import { covers, silencesOf } from '../mutes/keep-mute.ts'
import type { ApplyDeps } from './apply-entry.ts'
import { followEntryId, formatGroupKey, groupIdOf } from './group-key.ts'
import { changedNow, type Collections, emptied, type GroupDocument, isDuplicateKey } from './store.ts'

interface Follower {
  userId: string
  version: number
  since: string
}

/** Groups that are inserted together. */
const batch = 250
/** Less than streams look back. */
const oldMs = 1000

export interface AnnounceDeps extends ApplyDeps {
  followers(userId: string, after: string | null): Promise<{ items: Follower[]; next: string | null }>
  closeFriends(userId: string): Promise<Set<string>>
}

export interface Announcement {
  postId: string
  authorId: string
  audience: Audience
  at: Date
  publishedAt: Date
  text: string
}

/**
 * Tells everybody who followed the author when the post appeared and still does, of those whom it is for: the first page of them here, the others by the
 * queue. Again changes nothing: a group is inserted once, read or not; and whenever it happens, late or in a replay, the same
 * people are told.
 */
export async function announcePost(deps: AnnounceDeps, post: Announcement): Promise<void> {
  if (post.audience === 'only_me') return
  const next = await announcePage(deps, post, null)
  if (next !== null) await enqueue(deps.collections, post, next)
}

/** The followers after an id are told later: an event is not held for as long as telling a million people takes. */
async function enqueue(
  { announcements }: Collections,
  { postId, ...post }: Announcement,
  after: string,
): Promise<void> {
  try {
    await announcements.insertOne({ _id: postId, ...post, after, servedAtMs: 0, takenUntil: new Date(0) })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** Tells one page of followers, those after an id. @returns where the next page begins; null when all have been told */
export async function announcePage(
  deps: AnnounceDeps,
  post: Announcement,
  after: string | null,
): Promise<string | null> {
  const { groups, posts } = deps.collections
  const page = await deps.followers(post.authorId, after)
  const friends = post.audience === 'close_friends' ? await deps.closeFriends(post.authorId) : null
  const told = page.items.filter(
    ({ userId, since }) => new Date(since) <= post.publishedAt && (friends?.has(userId) ?? true),
  )
  if (told.length > 0) {
    const documents = told.map((follower) => toGroup(post, follower))
    for (let first = 0; first < documents.length; first += batch) {
      await insertGroups(groups, documents.slice(first, first + batch))
    }
    await forgetUnfollowed(deps, post, told)
    await forgetMuted(deps, post, told)
    await deps.enqueuePushes(documents)
    await Promise.all(told.map(({ userId }) => deps.announce(userId)))
  }

  // The deletion may have passed while this was written.
  if (await posts.findOne({ _id: post.postId, deleted: true })) {
    await groups.updateMany({ postId: post.postId, kind: 'posted' }, { $set: emptied, ...changedNow })
    return null
  }
  return page.next
}

// What is there already stays as it is. Only an update knows MongoDB's time (see `changedNow`), and a thousand upserts take much
// longer than an insert: the first of a batch is an upsert and gives the others its time. Where that has become old meanwhile,
// or an earlier delivery had begun, all get a new one.
async function insertGroups(
  groups: Collections['groups'],
  [first, ...others]: Omit<GroupDocument, 'changedAt'>[],
): Promise<void> {
  if (!first) return
  const startedAt = performance.now()
  const { _id, ...document } = first
  const written = await groups.findOneAndUpdate(
    { _id },
    { $setOnInsert: document, ...changedNow },
    { upsert: true, returnDocument: 'after' },
  )
  if (!written) throw new Error(`group ${_id} was neither found nor made`)
  if (others.length === 0) return
  const { changedAt } = written
  let isNew = true
  try {
    await groups.insertMany(
      others.map((other) => ({ ...other, changedAt })),
      { ordered: false },
    )
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    isNew = false
  }
  if (isNew && performance.now() - startedAt < oldMs) return
  await groups.bulkWrite(
    others.map((other) => ({ updateOne: { filter: { _id: other._id }, update: changedNow } })),
    { ordered: false },
  )
}

function toGroup(post: Announcement, { userId, version }: Follower) {
  const key = formatGroupKey({ recipientId: userId, kind: 'posted', about: post.postId })
  return {
    _id: groupIdOf(key),
    key,
    recipientId: userId,
    kind: 'posted' as const,
    postId: post.postId,
    commentId: null,
    text: post.text,
    actors: [post.authorId],
    actorCount: 1,
    createdAt: post.at,
    updatedAt: post.at,
    readUpTo: new Date(0),
    unread: true,
    live: true,
    rev: 1,
    computedRev: 1,
    followVersion: version,
  }
}

// A mute that is not there yet looks for what is written here.
async function forgetMuted(
  { collections: { mutes, groups } }: AnnounceDeps,
  { postId, authorId, at }: Announcement,
  told: Follower[],
): Promise<void> {
  const ids = told.flatMap(({ userId }) => silencesOf({ muterId: userId, mutedId: authorId }))
  const found = (await mutes.find({ _id: { $in: ids } }).toArray()).filter((mute) => covers(mute, at))
  if (found.length === 0) return
  await groups.updateMany(
    { postId, kind: 'posted', recipientId: { $in: found.map(({ muterId }) => muterId) } },
    { $set: { live: false, unread: false }, ...changedNow },
  )
}

// The end of a follow may have passed while this was written. Versions tell which came first, whatever the clocks say.
async function forgetUnfollowed(
  { collections: { entries, groups } }: AnnounceDeps,
  { postId, authorId }: { postId: string; authorId: string },
  told: Follower[],
): Promise<void> {
  const versions = new Map(
    told.map(({ userId, version }) => [followEntryId({ followerId: userId, followeeId: authorId }), version]),
  )
  const inactive = await entries.find({ _id: { $in: [...versions.keys()] }, active: false }).toArray()
  const ended = inactive.filter(({ _id, version }) => version > (versions.get(_id) ?? version))
  if (ended.length === 0) return
  await groups.updateMany(
    { postId, kind: 'posted', recipientId: { $in: ended.map((entry) => entry.actorId) } },
    { $set: { live: false, unread: false }, ...changedNow },
  )
}
