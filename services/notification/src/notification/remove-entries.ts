import type { ApplyDeps } from './apply-entry.ts'
import { changedNow, type Collections, emptied, isDuplicateKey, type PostRefDocument } from './store.ts'

/** A comment is gone, and every notification that came of it. */
export async function removeComment(deps: ApplyDeps, commentId: string): Promise<void> {
  await deps.collections.commentTombstones.updateOne(
    { _id: commentId },
    { $setOnInsert: { at: new Date() } },
    { upsert: true },
  )
  await removeWhere(deps, { commentId })
}

/** A post is gone, and every notification about it. */
export async function removePost(deps: ApplyDeps, postId: string, version: number): Promise<void> {
  await keepPost(deps, { _id: postId, version, thumbnailUrl: null, deleted: true, authorId: null, audience: null })
  await removeWhere(deps, { postId })
  const { groups, announcements } = deps.collections
  // Announcements of the post itself have no entries; they are groups of their own.
  await announcements.deleteOne({ _id: postId })
  await groups.updateMany({ postId, kind: 'posted', live: true }, { $set: emptied, ...changedNow })
  await groups.updateMany({ postId, live: false }, { $set: emptied })
}

/**
 * Somebody is followed no longer: what they posted until then is no news any more, as it leaves the home feed too. What was
 * told by a later follow stays; the version says so, since post and user have clocks of their own.
 */
export async function removeAnnouncements(
  { collections: { groups }, announce }: ApplyDeps,
  unfollow: { followerId: string; followeeId: string; at: string },
  version: number,
): Promise<void> {
  const { modifiedCount } = await groups.updateMany(
    {
      recipientId: unfollow.followerId,
      kind: 'posted',
      actors: unfollow.followeeId,
      live: true,
      $or: [{ followVersion: { $lt: version } }, { followVersion: null, createdAt: { $lte: new Date(unfollow.at) } }],
    },
    { $set: { live: false, unread: false }, ...changedNow },
  )
  if (modifiedCount > 0) await announce(unfollow.followerId)
}

/** Which of the posts have been deleted. */
export async function areGone({ posts }: Pick<Collections, 'posts'>, ids: readonly string[]): Promise<boolean[]> {
  const found = await posts
    .find({ _id: { $in: [...new Set(ids)] }, deleted: true }, { projection: { _id: 1 } })
    .toArray()
  const gone = new Set(found.map(({ _id }) => _id))
  return ids.map((id) => gone.has(id))
}

/** Keeps the newest that is known of a post; a deletion is never undone. */
export async function keepPost({ collections: { posts } }: ApplyDeps, post: PostRefDocument): Promise<void> {
  for (;;) {
    const known = await posts.findOne({ _id: post._id })
    if (known && (known.deleted || (known.version >= post.version && !post.deleted))) return
    try {
      if (!known) {
        await posts.insertOne(post)
        return
      }
      const { version, _id, ...told } = post
      const { matchedCount } = await posts.updateOne(
        { _id, version: known.version, deleted: false },
        { $set: { ...told, version: Math.max(version, known.version) } },
      )
      if (matchedCount === 1) return
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }
}

async function removeWhere(deps: ApplyDeps, where: { postId: string } | { commentId: string }): Promise<void> {
  const { entries } = deps.collections
  // All of them again, not only those still standing: a crash may have come between removing and counting.
  await entries.updateMany(where, { $set: { removed: true } })
  for (const key of await entries.distinct('groupKey', where)) await deps.countGroup(key)
  // Only now, as what is not there does not say which groups it was in.
  await entries.deleteMany({ ...where, removed: true })
}
