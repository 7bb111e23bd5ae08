import { events } from '@daguerre/contracts'
import { type DeadLetterStore, type EventHandler, forgetLetters, on } from '@daguerre/kit/consumer'
import { type Copies, copyKey, copyTtlSeconds, goneCopy, marksKey, personCopy } from '@daguerre/copies/copies'
import type { Candidate } from './candidates/candidate.ts'
import { deliverPost, type DeliverDeps, withdrawPost } from './timeline/deliver-post.ts'
import { backFillAuthor, removeAuthor, type RebuildDeps } from './timeline/rebuild-timeline.ts'

export type EventDeps = RebuildDeps & DeliverDeps & { copies: Copies; deadLetters: DeadLetterStore }

/** What feed hears, and what it does about it. */
export function subscriptions(deps: EventDeps): EventHandler[] {
  const { copies, timelines, deadLetters } = deps

  async function isGone({ postId }: Candidate): Promise<boolean> {
    const [kept] = await copies.read([copyKey.post(postId)])
    return kept?.isGone ?? false
  }

  /** The tombstone is looked for before and after, and written before the deletion looks around: one of both sees the other. */
  async function deliver(post: Candidate): Promise<void> {
    if (await isGone(post)) return
    await deliverPost(deps, post)
    if (await isGone(post)) await withdrawPost(deps, post)
  }

  async function forgetPost(post: Candidate): Promise<void> {
    await copies.keep([goneCopy(copyKey.post(post.postId))])
    await copies.remove([copyKey.counts(post.postId)])
    await withdrawPost(deps, post)
    await forgetLetters(deadLetters, { ids: [post.postId], types: [events.postCreated, events.postUpdated] })
  }

  /** Their posts leave other timelines with their edges, of which user tells. */
  async function forgetPerson(id: string): Promise<void> {
    await copies.keep([goneCopy(copyKey.person(id))])
    await copies.remove([marksKey(id), copyKey.relations(id)])
    await timelines.drop(id)
    await forgetLetters(deadLetters, { ids: [id], types: [events.profileUpdated, events.postCreated, events.followed] })
  }

  return [
    on(events.postCreated, ({ data: { postId, authorId } }) => deliver({ postId, authorId })),
    // The copy is old: the next page that shows it asks.
    on(events.postUpdated, ({ data: { postId }, version }) =>
      copies.keep([{ key: copyKey.post(postId), version, text: null, ttlSeconds: copyTtlSeconds }]),
    ),
    on(events.postDeleted, ({ data: { postId, authorId } }) => forgetPost({ postId, authorId })),
    on(events.accountDeleted, ({ data: { userId } }) => forgetPerson(userId)),
    on(events.profileUpdated, ({ data, version }) => copies.keep([personCopy({ ...data, version })])),
    on(events.followed, ({ data, version }) => backFillAuthor(deps, { ...data, version })),
    on(events.unfollowed, ({ data, version }) => removeAuthor(deps, { ...data, version })),
  ]
}
