import type { ApplyDeps } from './apply-entry.ts'
import { followEntryId, formatGroupKey, groupIdOf } from './group-key.ts'
import { changedNow } from './store.ts'

export interface AnnounceDeps extends ApplyDeps {
  followers(
    userId: string,
    after: string | null,
  ): Promise<{ items: { userId: string; since: string }[]; next: string | null }>
}

/**
 * Tells everybody who followed the author when the post appeared and still does. Again changes nothing: a group is
 * inserted once, read or not; and whenever it happens, late or in a replay, the same people are told.
 */
export async function announcePost(
  deps: AnnounceDeps,
  post: { postId: string; authorId: string; at: Date; publishedAt: Date; text: string },
): Promise<void> {
  const { groups, posts } = deps.collections
  let after: string | null = null
  do {
    const page = await deps.followers(post.authorId, after)
    const told = page.items.filter(({ since }) => new Date(since) <= post.publishedAt).map(({ userId }) => userId)
    const documents = told.map((userId) => {
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
      }
    })
    if (documents.length > 0) {
      // An upsert, as only an update knows MongoDB's time; what is there already keeps everything else.
      await groups.bulkWrite(
        documents.map(({ _id, ...document }) => ({
          updateOne: { filter: { _id }, update: { $setOnInsert: document, ...changedNow }, upsert: true },
        })),
        { ordered: false },
      )
      await forgetUnfollowed(deps, post, told)
      await deps.enqueuePushes(documents.map(({ _id }) => _id))
    }
    await Promise.all(told.map((userId) => deps.announce(userId)))
    after = page.next
  } while (after !== null)

  // The deletion may have passed while this was written.
  if (await posts.findOne({ _id: post.postId, deleted: true })) {
    await groups.updateMany(
      { postId: post.postId, kind: 'posted' },
      { $set: { live: false, unread: false }, ...changedNow },
    )
  }
}

// The end of a follow may have passed while this was written.
async function forgetUnfollowed(
  { collections: { entries, groups } }: AnnounceDeps,
  { postId, authorId, publishedAt }: { postId: string; authorId: string; publishedAt: Date },
  told: string[],
): Promise<void> {
  const ids = told.map((userId) => followEntryId({ followerId: userId, followeeId: authorId }))
  const ended = await entries.find({ _id: { $in: ids }, active: false, at: { $gte: publishedAt } }).toArray()
  if (ended.length === 0) return
  await groups.updateMany(
    { postId, kind: 'posted', recipientId: { $in: ended.map((entry) => entry.actorId) } },
    { $set: { live: false, unread: false }, ...changedNow },
  )
}
