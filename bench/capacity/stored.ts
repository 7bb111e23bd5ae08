import { MissingError } from './costs.ts'
import type { Parameters } from './parameters.ts'
import type { Volumes } from './volumes.ts'
import type { Sizes } from '../sizes/sizes.ts'

/** Days that a refresh token is kept, and sessions that one person has (REFRESH_TOKEN_DAYS; a telephone and a computer). */
const tokenDays = 30
const sessions = 2
/** Saves for each like, as in the generated community. */
const savesPerLike = 0.1
const pageSize = 20
/** Shares of the BSON that indexes take besides: four indexes on keys of some 80 bytes, which no stand-in can measure. */
const documentIndexes = 0.5
/** For so long the broker's Redis keeps messages (`streamTTL` of components/pubsub-redis). */
const brokerSeconds = 900

/** Rows of each table that grows; by `<service>.<table>` as the sizes name them. */
export function rowsOf(p: Parameters, { perDay, kept }: Volumes): Record<string, number> {
  const { people } = p
  const active = people * p.daily
  return {
    'auth.account': people,
    'auth.session': people * p.monthly * sessions,
    'auth.refresh_token': (perDay.login + perDay.refresh) * tokenDays,
    'user.profile': people,
    'user.follow': people * p.follows,
    'user.counter': people * 2,
    'user.post_count': people,
    'post.post': kept.posts,
    'post.engagement': kept.posts,
    'post.post_media': kept.photos,
    'post.media': kept.photos,
    'post.author_stats': people,
    'post.outbox': perDay.create * p.outboxDays,
    'media.media': kept.photos,
    'media.outbox': perDay.photo * p.outboxDays,
    'interaction.post_ref': kept.posts,
    'interaction.post_like': kept.likes,
    'interaction.counter': kept.posts + Math.min(kept.posts, kept.comments),
    'interaction.comment': kept.comments,
    'interaction.saved_post': kept.likes * savesPerLike,
    'interaction.outbox': active * (p.likes + p.comments) * p.outboxDays,
  }
}

/** Bytes of each service's database. @throws MissingError for a table of whose rows nothing is known */
export function databaseBytes(p: Parameters, volumes: Volumes, { postgres }: Sizes): Record<string, number> {
  const bytes: Record<string, number> = {}
  for (const [table, rows] of Object.entries(rowsOf(p, volumes))) {
    const size = postgres[table]
    if (!size) throw new MissingError(`The table ${table} had no rows when sizes were measured: npm run bench -- sizes`)
    const service = table.split('.')[0]!
    bytes[service] = (bytes[service] ?? 0) + (rows * size.bytes) / size.rows
  }
  return bytes
}

/** Bytes in memory of each Redis. */
export function redisBytes(
  p: Parameters,
  { perDay, eventsPerDay, kept }: Volumes,
  { redis }: Sizes,
): Record<string, number> {
  const { people, follows, timelineLength } = p
  function each(kind: string, per: 'keys' | 'entries'): number {
    const size = redis[kind]
    if (!size) throw new MissingError(`There was no key "${kind}" when sizes were measured: npm run bench -- sizes`)
    return size.bytes / size[per]
  }
  const events = Object.values(eventsPerDay).reduce((sum, each) => sum + each, 0)
  const length = Math.min(timelineLength, (kept.posts / people) * follows)
  const timeline = length * each('redis timeline', 'entries') + follows * each('redis edges', 'entries')
  // As many days of all posts are read as the home pages of a day go back in the feed of one who comes; one day at least.
  const deep = (perDay.home * pageSize) / (p.daily * follows)
  const posts = Math.min(kept.posts, Math.max(perDay.create, deep))
  // What a viewer has done with posts is kept for an hour; here of a viewer for each home page of the busiest one.
  const marks = Math.min(people * p.daily, (perDay.home * p.peak) / 24)
  return {
    redis:
      people * p.monthly * timeline +
      posts * (each('redis post copy', 'keys') + each('redis counts copy', 'keys')) +
      people * p.daily * each('redis person copy', 'keys') +
      marks * each('redis marks', 'keys'),
    'redis-broker': ((events * p.peak) / 86_400) * brokerSeconds * each('redis-broker interaction', 'entries'),
  }
}

/** Bytes of notifications in MongoDB, which are kept for some months: one a follower and post, one a like and comment, and their groups. */
export function documentBytes({ kept }: Volumes, { mongodb }: Sizes): number {
  function each(collection: string): number {
    const size = mongodb[collection]
    if (!size)
      throw new MissingError(`There was no ${collection} in MongoDB when sizes were measured: npm run bench -- sizes`)
    return size.bytes / size.documents
  }
  const bson = kept.notifications * each('group') + kept.reactions * each('entry') + kept.posts * each('post_ref')
  return bson * (1 + documentIndexes)
}

export function photoBytes({ photo }: Sizes): number {
  return photo.original + Object.values(photo.variants).reduce((sum, bytes) => sum + bytes, 0)
}
