import type { UnitName } from './costs.ts'
import { type FollowerLaw, followerLaw } from './follower-law.ts'
import type { Parameters } from './parameters.ts'

/** What people do, a day. */
export interface Volumes {
  law: FollowerLaw
  perDay: Record<UnitName, number>
  /** Posts to each of the author's followers: what a push or a notification is made for. */
  followersPerPost: number
  pushedPerPost: number
  broadcastsPerDay: number
  /** Broadcasts that all readers take in, a day: each who comes takes each. */
  mergedPerDay: number
  /** Events by topic. */
  eventsPerDay: Record<string, number>
  /** Everything that has been posted, in the years that it is kept. */
  kept: { posts: number; photos: number; likes: number; comments: number; reactions: number; notifications: number }
}

/** What of all pages is what: the mix of workload i. */
const mix = { home: 0.6, profile: 0.3, postSignedIn: 0.1 }

export function volumesOf(parameters: Parameters): Volumes {
  const { people, daily, follows, exponent, mostFollowed, threshold, years } = parameters
  const active = people * daily
  const law = followerLaw({ mean: follows, exponent, most: mostFollowed * people })
  const posts = active * parameters.posts
  const perDay = {
    home: active * parameters.pages * mix.home,
    profile: active * parameters.pages * mix.profile,
    postSignedIn: active * parameters.pages * mix.postSignedIn,
    like: active * parameters.likes,
    comment: active * parameters.comments,
    create: posts,
    login: active * parameters.logins,
    refresh: active * parameters.refreshes,
    photo: posts * parameters.photos,
  }
  const broadcastsPerDay = posts * law.shareFrom(threshold)
  const keptDays = 365 * years
  const toldDays = Math.min(keptDays, parameters.notificationDays)
  return {
    ...{ law, perDay, broadcastsPerDay },
    followersPerPost: follows,
    pushedPerPost: law.meanBelow(threshold),
    mergedPerDay: broadcastsPerDay * active,
    // Counts of posts are told by the hundred, but at most once a second each: as many events as there are reactions at worst.
    eventsPerDay: { post: posts, media: perDay.photo, interaction: 2 * (perDay.like + perDay.comment) },
    kept: {
      posts: posts * keptDays,
      photos: perDay.photo * keptDays,
      likes: perDay.like * keptDays,
      comments: perDay.comment * keptDays,
      // What notifications are counted from, and one for each follower of each post, for its author one of likes and one of comments.
      reactions: (perDay.like + perDay.comment) * toldDays,
      notifications: posts * toldDays * (follows + 2),
    },
  }
}

/** Who listens to which topic (docs/events.md): that service has to take what comes there. */
export const consumers: Record<string, string[]> = {
  post: ['user', 'media', 'interaction', 'feed', 'notification', 'moderation'],
  media: ['post', 'moderation'],
  interaction: ['post', 'notification', 'moderation'],
}
