import { events, type Media, type PersonShort } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import type { EntityManager } from '@daguerre/kit/postgres'
import { keepEngagement } from './explore/keep-engagement.ts'
import { applyMedia } from './media/apply-media.ts'

/** What this service listens to. */
export function subscriptions(deps: {
  fork: () => EntityManager
  people: Pick<Cache<PersonShort>, 'invalidate'>
}): EventHandler[] {
  return [
    on(events.mediaProcessed, async ({ version, data: { ownerId, media } }) => {
      await applyMedia(deps.fork(), { ownerId, version, media })
    }),
    on(events.mediaFailed, async ({ version, data: { ownerId, mediaId, reason } }) => {
      await applyMedia(deps.fork(), { ownerId, version, media: failedMedia(mediaId, reason) })
    }),
    on(events.postsCounted, async ({ data: { items } }) => {
      await keepEngagement({ em: deps.fork() }, items)
    }),
    on(events.profileUpdated, async ({ data: { person } }) => {
      await deps.people.invalidate([person.id])
    }),
  ]
}

function failedMedia(id: string, reason: Media['reason']): Media {
  return { id, state: 'failed', reason, width: null, height: null, placeholder: null, variants: [] }
}
