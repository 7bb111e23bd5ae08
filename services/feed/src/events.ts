import { events } from '@daguerre/contracts'
import { on, type EventHandler } from '@daguerre/kit/consumer'
import { fanOutPost, type FanOutDeps } from './feed/fan-out-post.ts'
import { backFillAuthor, removeAuthor, type RebuildDeps } from './timeline/rebuild-timeline.ts'

/** What feed hears, and what it does about it. A deleted post needs nothing: post does not show it any more. */
export function subscriptions(deps: RebuildDeps & FanOutDeps): EventHandler[] {
  return [
    on(events.postCreated, ({ data }) => fanOutPost(deps, { postId: data.postId, authorId: data.authorId })),
    on(events.followed, ({ data, version }) => backFillAuthor(deps, { ...data, version })),
    on(events.unfollowed, ({ data, version }) => removeAuthor(deps, { ...data, version })),
  ]
}
