import type { Notification, PersonInList, Post } from '@daguerre/contracts'
import { allOf, expectOk, type Person, profileOf } from '../e2e/faults/support/world.ts'
import type { View } from './model.ts'
import type { Cast } from './operations.ts'

/** Pages of the home feed are short, so that few posts are several. */
const pageLength = 7

/** What one person of a cast sees of everything, in names of the sequence. */
export async function observe(cast: Cast, who: string): Promise<View> {
  const people = [...cast.people].map(([name, { id }]): [string, string] => [id, name])
  const names = new Map([...people, ...inverted(cast.posts), ...inverted(cast.comments)])
  function nameOf(id: string): string {
    return names.get(id) ?? id
  }
  const person = cast.people.get(who)
  if (!person) throw new Error(`There is no ${who} in the system.`)
  const profile = `/api/v1/users/${person.id}`
  const [home, own, { counts }, followers, following, notifications, unread] = await Promise.all([
    allOf<Post>(person, '/api/v1/feed/home', pageLength),
    allOf<Post>(person, `${profile}/posts`),
    profileOf(person),
    allOf<PersonInList>(person, `${profile}/followers`),
    allOf<PersonInList>(person, `${profile}/following`),
    allOf<Notification>(person, '/api/v1/notifications'),
    expectOk(person.get<{ count: number }>('/api/v1/notifications/unread-count')),
  ])
  return {
    home: home.map(({ id, counts, viewer }) => ({
      post: nameOf(id),
      // What could not be had is no number.
      likes: counts?.likes ?? Number.NaN,
      comments: counts?.comments ?? Number.NaN,
      liked: viewer?.liked ?? false,
    })),
    own: own.map(({ id }) => nameOf(id)),
    counts,
    followers: followers.map(({ id }) => nameOf(id)).toSorted(),
    following: following.map(({ id }) => nameOf(id)).toSorted(),
    notifications: notifications.map(({ kind, post, actors, actorCount, comment, read }) => ({
      ...{ kind, actorCount, read },
      about: post ? nameOf(post.id) : '',
      actors: actors.map(({ id }) => nameOf(id)),
      comment: comment ? nameOf(comment.id) : null,
    })),
    unread: unread.count,
  }
}

/** Marks everything as read that somebody has been told. */
export async function readAll(person: Person): Promise<void> {
  await expectOk(person.send('POST', '/api/v1/notifications/read', { upTo: null }))
}

function inverted(names: Map<string, string>): [string, string][] {
  return [...names].map(([name, id]) => [id, name])
}
