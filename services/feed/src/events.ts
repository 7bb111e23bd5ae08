import { events } from '@daguerre/contracts'
import { on, type EventHandler } from '@daguerre/kit/consumer'
import type { DocumentCache } from './hydration/document-cache.ts'
import { deliverPost, type DeliverDeps } from './timeline/deliver-post.ts'
import { backFillAuthor, removeAuthor, type RebuildDeps } from './timeline/rebuild-timeline.ts'

/** What feed hears, and what it does about it. A deleted post needs no removal: its copy goes, and then the timelines forget it. */
export function subscriptions(deps: RebuildDeps & DeliverDeps & { documents: DocumentCache }): EventHandler[] {
  const { documents } = deps
  return [
    on(events.postCreated, ({ data }) => deliverPost(deps, { postId: data.postId, authorId: data.authorId })),
    on(events.postUpdated, ({ data, version }) => documents.keep('post', [{ id: data.postId, version, text: null }])),
    on(events.postDeleted, ({ data, version }) => documents.keep('post', [{ id: data.postId, version, text: null }])),
    on(events.profileUpdated, ({ data, version }) =>
      documents.keep('person', [{ id: data.person.id, version, text: JSON.stringify(data.person) }]),
    ),
    on(events.followed, ({ data, version }) => backFillAuthor(deps, { ...data, version })),
    on(events.unfollowed, ({ data, version }) => removeAuthor(deps, { ...data, version })),
  ]
}
