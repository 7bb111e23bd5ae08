import type { ApplyDeps } from './apply-entry.ts'
import { formatGroupKey, groupIdOf } from './group-key.ts'
import { isDuplicateKey } from './store.ts'

export interface AnnounceDeps extends ApplyDeps {
  followers(userId: string, after: string | null): Promise<{ items: { userId: string }[]; next: string | null }>
}

/** Tells everybody who follows the author of a new post. Again changes nothing: a group is inserted once, read or not. */
export async function announcePost(
  deps: AnnounceDeps,
  post: { postId: string; authorId: string; at: Date; text: string },
): Promise<void> {
  const { groups, posts } = deps.collections
  let after: string | null = null
  do {
    const page = await deps.followers(post.authorId, after)
    const documents = page.items.map(({ userId }) => {
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
        changedAt: deps.clock(),
      }
    })
    if (documents.length > 0) {
      try {
        await groups.insertMany(documents, { ordered: false })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    }
    await Promise.all(page.items.map(({ userId }) => deps.announce(userId)))
    after = page.next
  } while (after !== null)

  // The deletion may have passed while this was written.
  if (await posts.findOne({ _id: post.postId, deleted: true })) {
    await groups.updateMany(
      { postId: post.postId, kind: 'posted' },
      { $set: { live: false, unread: false, changedAt: deps.clock() } },
    )
  }
}
