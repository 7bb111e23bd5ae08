import { events } from '@daguerre/contracts'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import type { EntityManager } from '@daguerre/kit/postgres'
import { ensureProfile } from './profile/ensure-profile.ts'
import { keepPostCount } from './profile/keep-post-count.ts'

/**
 * What this service listens to. Natural keys and versions make each of them idempotent: a profile is made once, and of
 * the numbers of somebody's posts the newest is kept.
 */
export function subscriptions(forkEm: () => EntityManager): EventHandler[] {
  return [
    on(events.accountRegistered, ({ data }) =>
      forkEm().transactional((em) => ensureProfile(em, { id: data.userId, username: data.username })),
    ),
    on(events.postCreated, ({ data }) => keepPostCount(forkEm(), data.authorId, data.authorPosts)),
    on(events.postUpdated, ({ data }) => keepPostCount(forkEm(), data.authorId, data.authorPosts)),
    on(events.postDeleted, ({ data }) => keepPostCount(forkEm(), data.authorId, data.authorPosts)),
  ]
}
