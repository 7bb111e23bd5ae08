import { events } from '@daguerre/contracts'
import { on, type EventHandler } from '@daguerre/kit/consumer'
import { endMute, keepMute } from './mutes/keep-mute.ts'
import { announcePost, type AnnounceDeps } from './notification/announce-post.ts'
import {
  excerpt,
  notifyComment,
  notifyFollow,
  notifyLike,
  notifyMentionsInPost,
  type NotifyDeps,
} from './notification/notify.ts'
import { keepPost, removeAnnouncements, removeComment, removePost } from './notification/remove-entries.ts'

export interface EventDeps extends NotifyDeps, AnnounceDeps {
  people: { invalidate(ids: string[]): Promise<void> }
}

/** What notification hears, and what it does about it. */
export function subscriptions(deps: EventDeps): EventHandler[] {
  return [
    on(events.profileUpdated, ({ data }) => deps.people.invalidate([data.person.id])),
    on(events.followed, ({ data, version }) => notifyFollow(deps, data, { version, active: true })),
    on(events.unfollowed, async ({ data, version }) => {
      await notifyFollow(deps, data, { version, active: false })
      await removeAnnouncements(deps, data, version)
    }),
    on(events.muted, ({ data: { until, ...who }, version, time }) =>
      keepMute(deps, { ...who, version, at: new Date(time), until: until === null ? null : new Date(until) }),
    ),
    on(events.unmuted, ({ data, version, time }) => {
      const at = new Date(time)
      return endMute(deps, { ...data, version, at, until: at })
    }),
    on(events.postCreated, async ({ data, version, time }) => {
      await keepPost(deps, { _id: data.postId, version, thumbnailUrl: data.thumbnailUrl, deleted: false })
      await notifyMentionsInPost(deps, data, { version, at: new Date(data.createdAt) })
      await announcePost(deps, {
        postId: data.postId,
        authorId: data.authorId,
        at: new Date(data.createdAt),
        publishedAt: new Date(time),
        text: excerpt(data.caption),
      })
    }),
    on(events.postUpdated, async ({ data, version, time }) => {
      await keepPost(deps, { _id: data.postId, version, thumbnailUrl: data.thumbnailUrl, deleted: false })
      await notifyMentionsInPost(deps, data, { version, at: new Date(time) })
    }),
    on(events.postDeleted, ({ data, version }) => removePost(deps, data.postId, version)),
    on(events.postLiked, ({ data, version }) => notifyLike(deps, data, { version, active: true })),
    on(events.postUnliked, ({ data, version }) => notifyLike(deps, data, { version, active: false })),
    on(events.commentCreated, ({ data, version }) => notifyComment(deps, data, version)),
    on(events.commentDeleted, ({ data }) => removeComment(deps, data.commentId)),
  ]
}
