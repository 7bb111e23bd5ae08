import { followeesOf, generateGraph, type Graph, reversed } from './graph.ts'
import { below, createRandom, logNormal, shuffled } from './random.ts'

/** What a community is made from; the same options make the same one, on any machine. */
export interface CommunityOptions {
  people: number
  follows: number
  exponent: number
  clustering: number
  /** How many posts a person has written, in the mean. */
  posts: number
  /** How many of the author's followers like a post, in the mean. */
  likes: number
  seed: number
}

export interface Community {
  options: CommunityOptions
  people: number
  following: Graph
  followers: Graph
  /** Who wrote each post; posts are numbered by age, the oldest is 0. */
  authors: Uint32Array
  /** When, in ms since 1970. */
  times: Float64Array
  /** Who likes each post: those of post p are `people[offsets[p]]` up to `people[offsets[p + 1]]`. */
  likes: { offsets: Uint32Array; people: Uint32Array }
  /** Posts that each person has written. */
  written: Uint32Array
  /** From the most read to the least. */
  postsByFame: Uint32Array
}

// Before this project: what is posted while it is measured is newer than all of it.
const begins = Date.UTC(2025, 0, 1)
const lastsMs = 365 * 86_400_000

/** @param given follows that come from elsewhere; else they are generated */
export function makeCommunity(options: CommunityOptions, given?: Graph): Community {
  const following = given ?? generateGraph(options)
  const followers = reversed(following)
  const { people } = following
  const random = createRandom(options.seed + 1)

  const written = Uint32Array.from({ length: people }, () => Math.round(logNormal(random, options.posts, 0.8)))
  const count = written.reduce((sum, posts) => sum + posts, 0)
  const times = Float64Array.from({ length: count }, () => begins + Math.floor(random() * lastsMs)).toSorted()
  const authors = new Uint32Array(count)
  const places = shuffled(random, count)
  let taken = 0
  for (const [person, posts] of written.entries()) {
    for (let post = 0; post < posts; post++) authors[places[taken++]!] = person
  }

  const likes: number[] = []
  const offsets = new Uint32Array(count + 1)
  for (const [post, author] of authors.entries()) {
    const audience = followeesOf(followers, author)
    const wanted = Math.min(audience.length, Math.round(logNormal(random, options.likes, 1)))
    // Neighbours in the list of followers are no neighbours otherwise: a run of them is as good as a drawing.
    const first = below(random, audience.length)
    for (let like = 0; like < wanted; like++) likes.push(audience[(first + like) % audience.length]!)
    offsets[post + 1] = likes.length
  }
  return {
    ...{ options, people, following, followers, authors, times, written },
    likes: { offsets, people: Uint32Array.from(likes) },
    postsByFame: shuffled(random, count),
  }
}

const kinds = { person: 1, post: 2, edge: 3, like: 4, media: 5, session: 6 }

/** A UUIDv7 that tells what it is of: its kind, and its number there. */
export function idOf(kind: keyof typeof kinds, timeMs: number, number: number): string {
  const time = timeMs.toString(16).padStart(12, '0')
  const tail = number.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${kinds[kind].toString(16).padStart(3, '0')}-8be0-${tail}`
}

export function personId(person: number): string {
  return idOf('person', begins - 1, person)
}

export function usernameOf(person: number): string {
  return `person${String(person).padStart(7, '0')}`
}

export function postId({ times }: Pick<Community, 'times'>, post: number): string {
  return idOf('post', times[post]!, post)
}

/** A media of this person alone, which waits to be posted. */
export function mediaId(person: number): string {
  return idOf('media', begins, person)
}

export const joinedAt = new Date(begins - 1)

const words =
  'light glass silver paper shadow river morning window plate lens street harbour winter garden bridge snow noon'.split(
    ' ',
  )

/** A caption of a few words, the same for a post each time. */
export function captionOf(post: number): string {
  const random = createRandom(post)
  return Array.from({ length: 3 + below(random, 12) }, () => words[below(random, words.length)]).join(' ')
}
