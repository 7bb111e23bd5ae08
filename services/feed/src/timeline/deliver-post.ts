import type { Candidate } from '../candidates/candidate.ts'
import type { BroadcastLog } from './broadcast-log.ts'
import type { Timelines } from './timeline.ts'

export interface DeliverDeps {
  timelines: Timelines
  broadcasts: Pick<BroadcastLog, 'append'>
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
  await deps.timelines.push([post.authorId], post)
  let after: string | null = null
  do {
    const page = await deps.followers(post.authorId, after, deps.broadcastFrom - 1)
    if (page.total >= deps.broadcastFrom) {
      await deps.broadcasts.append(post)
      return
    }
    await deps.timelines.push(
      page.items.map((edge) => edge.userId),
      post,
    )
    after = page.next
  } while (after !== null)
}
