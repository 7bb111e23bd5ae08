import { people, type DemoPerson } from './people.ts'
import { posts, type DemoPost } from './posts.ts'

/** Who likes, follows and saves what follows from names alone, so that every fill makes the same community. */

/** The posts as they are published: the authors mixed, the newest last. */
export const inOrder: readonly DemoPost[] = posts
  .map((post) => ({ post, at: chance('order', post.caption) }))
  .toSorted((a, b) => a.at - b.at)
  .map(({ post }) => post)

/** Usernames that somebody follows: most of their circles, and of the others those who are well known. */
export function followedBy(person: DemoPerson): string[] {
  return people
    .filter((other) => other !== person && chance('follow', person.username, other.username) < affinity(person, other))
    .map(({ username }) => username)
}

/** Usernames of those who like a post. */
export function likersOf(post: DemoPost): string[] {
  const author = personNamed(post.by)
  const appeal = 0.25 + 0.7 * chance('appeal', post.caption)
  return people
    .filter((person) => person !== author)
    .filter((person) => chance('like', person.username, post.caption) < affinity(person, author) * appeal)
    .map(({ username }) => username)
}

/** Usernames of those who keep a post. */
export function saversOf(post: DemoPost): string[] {
  return likersOf(post).filter(
    (username) => chance('save', username, post.caption) < (username === 'louise' ? 0.3 : 0.06),
  )
}

/** Usernames of those who like a comment. */
export function commentLikersOf(post: DemoPost, text: string): string[] {
  const talkers = [post.by, ...(post.talk ?? []).map(({ by }) => by), ...likersOf(post).slice(0, 4)]
  const author = post.talk?.find((comment) => comment.text === text)?.by
  return [...new Set(talkers)].filter((name) => name !== author && chance('comment', name, text) < 0.3)
}

export function personNamed(username: string): DemoPerson {
  const person = people.find((one) => one.username === username)
  if (!person) throw new Error(`Nobody in the demo is called ${username}.`)
  return person
}

function affinity(person: DemoPerson, other: DemoPerson): number {
  const shared = person.circles.filter((circle) => other.circles.includes(circle)).length
  return Math.min(0.95, other.fame + (shared > 0 ? 0.5 : 0.04) + 0.1 * Math.max(0, shared - 1))
}

/** A number from 0 to 1 that looks random and is always the same for these words: FNV-1a with a final mix. */
function chance(...words: string[]): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(words.join('\0'))) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
