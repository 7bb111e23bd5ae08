import type { Candidate } from '../candidates/candidate.ts'
import type { BroadcastLog } from './broadcast-log.ts'
import type { Timelines } from './timeline.ts'

export interface DeliverDeps {
  timelines: Timelines
  broadcasts: Pick<BroadcastLog, 'append' | 'remove'>
  /** Somebody with so many followers or more is not pushed to each, but broadcast. */
  broadcastFrom: number
  /** A page of those who follow; with more than `most` of them only their number. */
  followers: (
    userId: string,
    after: string | null,
    most: number,
  ) => Promise<{ items: { userId: string }[]; total: number; next: string | null }>
}

/**
 * A post goes to its author and to all who follow: pushed into their timelines, or, of somebody with many followers, into the
 * log that they read. Each post is decided by itself, and a timeline holds a post once, so nothing is lost or doubled when an
 * author passes the threshold in either direction, nor when the event comes again.
 */
export async function deliverPost(deps: DeliverDeps, post: Candidate): Promise<void> {
  const { timelines, broadcasts } = deps
  const isForAll = await eachFollower(deps, post.authorId, (userIds) => timelines.push(userIds, post))
  if (!isForAll) await broadcasts.append(post)
}

/**
 * Takes a post that is gone out of the timelines that it was pushed into. What was taken from the log is forgotten by each timeline when
 * it comes to show it.
 */
export async function withdrawPost(deps: DeliverDeps, post: Candidate): Promise<void> {
  const { timelines, broadcasts } = deps
  await broadcasts.remove(post)
  await eachFollower(deps, post.authorId, (userIds) => timelines.withdraw(userIds, post))
}

/** The author first, then page after page of those who follow. @returns false if they are too many to go through */
async function eachFollower(
  { followers, broadcastFrom }: DeliverDeps,
  authorId: string,
  work: (userIds: string[]) => Promise<void>,
): Promise<boolean> {
  await work([authorId])
  let after: string | null = null
  do {
    const page = await followers(authorId, after, broadcastFrom - 1)
    if (page.total >= broadcastFrom) return false
    await work(page.items.map((edge) => edge.userId))
    after = page.next
  } while (after !== null)
  return true
}
