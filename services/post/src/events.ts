import { type Copies, countsCopy, type Holds } from '@daguerre/copies/copies'
import { events, type Media } from '@daguerre/contracts'
import { type DeadLetterStore, type EventHandler, forgetLetters, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { keepEngagement } from './explore/keep-engagement.ts'
import { applyMedia } from './media/apply-media.ts'
import { keepAuthor } from './post/keep-author.ts'
import { moderatePost } from './post/moderate-post.ts'
import { readPost } from './post/read-post.ts'
import { copiesOf } from './post/show-posts.ts'

/** What this service listens to. */
export function subscriptions(deps: {
  fork: () => EntityManager
  copies: Pick<Copies, 'keep'>
  holds: Pick<Holds, 'hold' | 'during'>
  onCacheError: (error: unknown) => void
  deadLetters: DeadLetterStore
}): EventHandler[] {
  return [
    on(events.profileUpdated, async ({ version, data: { person, account } }) => {
      await keepAuthor(deps.fork(), { id: person.id, username: person.username, account, version })
    }),
    on(events.accountDeleted, async ({ data: { userId } }) => {
      await noteErasures(deps.fork(), 'person', [userId])
      await forgetLetters(deps.deadLetters, {
        ids: [userId],
        types: [events.profileUpdated, events.mediaProcessed, events.mediaFailed],
      })
    }),
    on(events.mediaProcessed, async ({ version, data: { ownerId, media } }) => {
      await applyMedia({ ...deps, em: deps.fork() }, { ownerId, version, media })
    }),
    on(events.mediaFailed, async ({ version, data: { ownerId, mediaId, reason } }) => {
      await applyMedia({ ...deps, em: deps.fork() }, { ownerId, version, media: failedMedia(mediaId, reason) })
    }),
    on(events.postsCounted, async ({ data: { items } }) => {
      const kept = await keepEngagement({ em: deps.fork() }, items)
      // A page may have copied older ones from here after Redis had lost what interaction wrote.
      await deps.copies.keep(kept.map(({ postId, ...counts }) => countsCopy(postId, counts))).catch(deps.onCacheError)
    }),
    on(events.postModerated, async ({ version, data }) => {
      const inside = { em: deps.fork(), holds: deps.holds, now: new Date() }
      const post = await readPost(deps.fork(), data.postId)
      if (post) await deps.holds.during(copiesOf(post), () => moderatePost(inside, data, version))
    }),
  ]
}

function failedMedia(id: string, reason: Media['reason']): Media {
  return { id, state: 'failed', reason, width: null, height: null, placeholder: null, variants: [] }
}
