import { events } from '@daguerre/contracts'
import { on, type EventHandler } from '@daguerre/kit/consumer'
import { type Copies, copyKey, copyTtlSeconds, personCopy } from '@daguerre/copies/copies'
import { deliverPost, type DeliverDeps } from './timeline/deliver-post.ts'
import { backFillAuthor, removeAuthor, type RebuildDeps } from './timeline/rebuild-timeline.ts'

/** What feed hears, and what it does about it. A deleted post needs no removal: its copy goes, and then the timelines forget it. */
export function subscriptions(deps: RebuildDeps & DeliverDeps & { copies: Copies }): EventHandler[] {
  const { copies } = deps

  /** The copy is old: the next page that shows it asks. */
  function forgetPost(postId: string, version: number): Promise<void> {
    return copies.keep([{ key: copyKey.post(postId), version, text: null, ttlSeconds: copyTtlSeconds }])
  }

  return [
    on(events.postCreated, ({ data }) => deliverPost(deps, { postId: data.postId, authorId: data.authorId })),
    on(events.postUpdated, ({ data, version }) => forgetPost(data.postId, version)),
    on(events.postDeleted, ({ data, version }) => forgetPost(data.postId, version)),
    on(events.profileUpdated, ({ data: { person }, version }) => copies.keep([personCopy(person, version)])),
    on(events.followed, ({ data, version }) => backFillAuthor(deps, { ...data, version })),
    on(events.unfollowed, ({ data, version }) => removeAuthor(deps, { ...data, version })),
  ]
}
