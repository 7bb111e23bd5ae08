import { type EventData, events } from '@daguerre/contracts'
import { type DeadLetterStore, type EventHandler, forgetLetters, on } from '@daguerre/kit/consumer'
import { noteDeparture } from './leaving/departed.ts'
import { endMute, keepMute, type MuteChange } from './mutes/keep-mute.ts'
import { announcePost, type AnnounceDeps } from './notification/announce-post.ts'
import {
  excerpt,
  notifyAct,
  notifyComment,
  notifyFollow,
  notifyLike,
  notifyMentionsInPost,
  notifyRequest,
  type NotifyDeps,
} from './notification/notify.ts'
import { keepPost, removeAnnouncements, removeComment, removePost } from './notification/remove-entries.ts'

export interface EventDeps extends NotifyDeps, AnnounceDeps {
  people: { invalidate(ids: string[]): Promise<void> }
  deadLetters: DeadLetterStore
  clock: () => Date
}

const aboutPosts = [events.postCreated, events.postUpdated, events.postLiked, events.postUnliked, events.commentCreated]
const aboutPeople = [
  ...[events.profileUpdated, events.followed, events.muted, events.unmuted, events.restricted, events.unrestricted],
  ...[events.followRequested, events.followRequestEnded, events.moderatorActed],
]

/** What notification hears, and what it does about it. */
export function subscriptions(deps: EventDeps): EventHandler[] {
  async function begin(change: MuteChange): Promise<void> {
    if (await isAnyGone(change)) return
    await keepMute(deps, change)
  }

  async function end(change: Omit<MuteChange, 'until'>): Promise<void> {
    if (await isAnyGone(change)) return
    await endMute(deps, { ...change, until: change.at })
  }

  async function isAnyGone({ muterId, mutedId }: Pick<MuteChange, 'muterId' | 'mutedId'>): Promise<boolean> {
    return (await deps.hasLeft(muterId)) || (await deps.hasLeft(mutedId))
  }

  return [
    on(events.profileUpdated, ({ data }) => deps.people.invalidate([data.person.id])),
    on(events.followed, ({ data, version }) => notifyFollow(deps, data, { version, active: true })),
    on(events.unfollowed, async ({ data, version }) => {
      await notifyFollow(deps, data, { version, active: false })
      await removeAnnouncements(deps, data, version)
    }),
    on(events.followRequested, ({ data, version }) => notifyRequest(deps, data, { version, state: 'open' })),
    on(events.followRequestEnded, ({ data, version }) =>
      notifyRequest(deps, data, { version, state: data.accepted ? 'accepted' : 'over' }),
    ),
    on(events.muted, ({ data: { until, ...who }, version, time }) => {
      return begin({ ...who, version, at: new Date(time), until: until === null ? null : new Date(until) })
    }),
    on(events.unmuted, ({ data, version, time }) => end({ ...data, version, at: new Date(time) })),
    on(events.restricted, ({ data, version, time }) => {
      return begin({ ...restrictionOf(data), version, at: new Date(time), until: null })
    }),
    on(events.unrestricted, ({ data, version, time }) => end({ ...restrictionOf(data), version, at: new Date(time) })),
    on(events.postCreated, async ({ data, version, time }) => {
      await keepPost(deps, postRefOf(data, version))
      if (data.imported) return
      await notifyMentionsInPost(deps, data, { version, at: new Date(data.createdAt) })
      await announcePost(deps, {
        postId: data.postId,
        authorId: data.authorId,
        audience: data.audience,
        at: new Date(data.createdAt),
        publishedAt: new Date(time),
        text: excerpt(data.caption),
      })
    }),
    on(events.postUpdated, async ({ data, version, time }) => {
      // What moderators hide is for its author alone until they show it again.
      const post = data.hidden ? { ...data, audience: 'only_me' as const } : data
      await keepPost(deps, postRefOf(post, version))
      await notifyMentionsInPost(deps, post, { version, at: new Date(time) })
    }),
    on(events.postDeleted, async ({ data: { postId }, version }) => {
      await removePost(deps, postId, version)
      await forgetLetters(deps.deadLetters, { ids: [postId], types: aboutPosts })
    }),
    on(events.accountDeleted, async ({ data: { userId } }) => {
      await noteDeparture(deps, userId)
      await forgetLetters(deps.deadLetters, { ids: [userId], types: [...aboutPosts, ...aboutPeople] })
    }),
    on(events.postLiked, ({ data, version }) => notifyLike(deps, data, { version, active: true })),
    on(events.postUnliked, ({ data, version }) => notifyLike(deps, data, { version, active: false })),
    on(events.commentCreated, ({ data, version }) => notifyComment(deps, data, version)),
    on(events.commentDeleted, async ({ data: { commentId } }) => {
      await removeComment(deps, commentId)
      await forgetLetters(deps.deadLetters, { ids: [commentId], types: [events.commentCreated] })
    }),
    on(events.moderatorActed, ({ data }) => notifyAct(deps, data)),
  ]
}

function postRefOf(post: EventData<typeof events.postUpdated>, version: number) {
  const { postId: _id, authorId, audience, thumbnailUrl } = post
  return { _id, version, authorId, audience, thumbnailUrl, deleted: false }
}

function restrictionOf({ ownerId, restrictedId }: EventData<typeof events.restricted>) {
  return { muterId: ownerId, mutedId: restrictedId, isRestriction: true }
}
