import { setTimeout as delay } from 'node:timers/promises'
import type { PostLists } from '../candidates/global-candidates.ts'
import type { BroadcastLog } from './broadcast-log.ts'
import type { Timelines } from './timeline.ts'

/** What a timeline is made from: whom somebody follows (user) and what these have posted (post). */
export interface TimelineSources extends PostLists {
  following(
    userId: string,
    after: string | null,
  ): Promise<{ items: { userId: string; version: number; active: boolean }[]; next: string | null }>
}

export interface RebuildDeps {
  timelines: Timelines
  broadcasts: BroadcastLog
  sources: TimelineSources
  length: number
  newToken: () => string
}

const lockMs = 10_000
const waitMs = 2_000
const pageOfPosts = 1000

/**
 * Makes sure that a person's timeline is there and complete down to its floor. One rebuild at a time: whoever comes
 * meanwhile waits a little. False: it is still being built elsewhere, so the caller reads from the sources instead.
 */
export async function rebuildTimeline(deps: RebuildDeps, userId: string): Promise<boolean> {
  const { timelines } = deps
  const token = deps.newToken()
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += 50) {
    if (await timelines.isReady(userId)) return true
    if (await timelines.lock(userId, token, lockMs)) {
      try {
        // Whoever had the lock before may have built it, and others are reading it by now.
        if ((await timelines.isReady(userId)) || (await build(deps, userId, token))) return true
      } finally {
        await timelines.unlock(userId, token)
      }
    }
    await delay(50)
  }
  return false
}

// The order is what makes it complete: the gate opens before the follow list is read, and that before the posts, so a post
// or a follow that comes at any moment is either pulled here or pushed by its event; a broadcast counts from before the gate.
async function build(deps: RebuildDeps, userId: string, token: string): Promise<boolean> {
  const { timelines, broadcasts, sources, length } = deps
  await broadcasts.update()
  await timelines.begin(userId, broadcasts.tail())
  const authorIds = [userId]
  let after: string | null = null
  do {
    const page = await sources.following(userId, after)
    await timelines.setEdges(
      userId,
      page.items.map((edge) => ({ authorId: edge.userId, version: edge.version, active: edge.active })),
    )
    authorIds.push(...page.items.flatMap((edge) => (edge.active ? [edge.userId] : [])))
    after = page.next
  } while (after !== null)

  let before: string | null = null
  let pulled = 0
  let complete = false
  while (pulled < length && !complete) {
    const limit = Math.min(pageOfPosts, length - pulled)
    const posts = await sources.postsByAuthors(authorIds, before, limit)
    await timelines.add(userId, posts)
    pulled += posts.length
    before = posts.at(-1)?.postId ?? before
    complete = posts.length < limit
  }
  return await timelines.finish(userId, token, complete || before === null ? '' : before)
}

/** A new edge: records it and pulls the author's posts down to the floor. Without a timeline there is nothing to do. */
export async function backFillAuthor(
  { timelines, sources, length }: RebuildDeps,
  follow: { followerId: string; followeeId: string; version: number },
): Promise<void> {
  const edge = { authorId: follow.followeeId, version: follow.version, active: true }
  if (!(await timelines.setEdges(follow.followerId, [edge]))) return
  const limit = Math.min(length, pageOfPosts)
  const posts = await sources.postsByAuthors([follow.followeeId], null, limit)
  // More posts than the timeline holds: below the last of them nothing is known to be complete any more.
  const last = posts.at(-1)
  if (posts.length === limit && last) await timelines.raiseFloor(follow.followerId, last.postId)
  await timelines.add(follow.followerId, posts)
}

/** The edge ends, and the author's posts leave with it in the same script. */
export async function removeAuthor(
  { timelines }: Pick<RebuildDeps, 'timelines'>,
  unfollow: { followerId: string; followeeId: string; version: number },
): Promise<void> {
  await timelines.setEdges(unfollow.followerId, [
    { authorId: unfollow.followeeId, version: unfollow.version, active: false },
  ])
}
