import type { Avatar, Media, SignedIn } from '@daguerre/contracts'
import { usernameSkeleton } from '@daguerre/contracts'
import { hash } from '@node-rs/argon2'
import pg from 'pg'
import { captionOf, type Community, idOf, joinedAt, mediaId, personId, postId, usernameOf } from './community.ts'
import { followeesOf } from './graph.ts'
import { processPhotos } from './photos.ts'
import { writeRows } from './write-rows.ts'

/** Everybody's, so that it is hashed once. */
export const password = 'collodion-on-glass-1851'

export interface FillOptions {
  /** Of the gateway. */
  url: string
  /** Of an app's own database. */
  database: (app: string) => string
  report: (message: string) => void
}

/** What posts show: photographs that media has processed, and small ones of them for profiles. */
export interface Pictures {
  media: Media[]
  avatars: Avatar[]
}

/**
 * Writes a community into the stores of a system that is empty, as the services would have written it, without their events:
 * those were published and have gone by. Projections that are made when they are asked for (timelines, caches) are left out.
 */
export async function fill(community: Community, { url, database, report }: FillOptions): Promise<void> {
  const { people, authors, following } = community
  report(`data: ${people} people, ${following.followees.length} follows, ${authors.length} posts`)
  const pictures = toPictures(await processPhotos(url, await register(url)))
  await inDatabase(database('auth'), (client) => fillAuth(client, community))
  await inDatabase(database('user'), (client) => fillUser(client, community, pictures))
  await inDatabase(database('media'), (client) => fillMedia(client, community, pictures))
  await inDatabase(database('post'), (client) => fillPost(client, community, pictures))
  await inDatabase(database('interaction'), (client) => fillInteraction(client, community))
}

async function register(url: string): Promise<string> {
  const account = { email: 'photographer@bench.example.org', username: 'photographer', password }
  const answer = await fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (answer.status !== 201) throw new Error(`Nobody can register: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as SignedIn).accessToken
}

export function toPictures(media: Media[]): Pictures {
  const avatars = media.flatMap(({ id, placeholder, variants }) => {
    const small = variants.find(({ name }) => name === 'thumbnail')
    return small ? [{ mediaId: id, url: small.url, width: small.width, height: small.height, placeholder }] : []
  })
  return { media, avatars }
}

/** One transaction a database: a fill that was cut short leaves nothing behind. */
export async function inDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

function* each<Row>(count: number, make: (index: number) => Row): Generator<Row> {
  for (let index = 0; index < count; index++) yield make(index)
}

async function fillAuth(client: pg.Client, { people }: Community): Promise<void> {
  const passwordHash = await hash(password)
  const columns = {
    ...{ id: 'uuid', email: 'text', email_key: 'text', username: 'text', username_skeleton: 'text' },
    ...{ password_hash: 'text', created_at: 'timestamptz' },
  }
  const rows = each(people, (person) => {
    const username = usernameOf(person)
    const email = `${username}@bench.example.org`
    return [personId(person), email, email, username, usernameSkeleton(username), passwordHash, joinedAt]
  })
  await writeRows(client, 'account', columns, rows)
}

export function displayNameOf(person: number): string {
  return `Person ${person}`
}

async function fillUser(client: pg.Client, community: Community, { avatars }: Pictures): Promise<void> {
  const { people, following, followers, written } = community
  const profile = {
    ...{ id: 'uuid', username: 'text', display_name: 'text', bio: 'text', avatar: 'jsonb', name_folded: 'text' },
    ...{ search_text: 'text', created_at: 'timestamptz' },
  }
  await writeRows(
    client,
    'profile',
    profile,
    each(people, (person) => {
      const [username, name] = [usernameOf(person), displayNameOf(person).toLowerCase()]
      const avatar = JSON.stringify(avatars[person % avatars.length])
      const searched = ` ${username} ${username} ${name}`
      return [personId(person), username, displayNameOf(person), captionOf(person), avatar, name, searched, joinedAt]
    }),
  )
  const follow = {
    ...{ follower_id: 'uuid', followee_id: 'uuid', active: 'bool', version: 'int', position: 'uuid' },
    ...{ changed_at: 'timestamptz' },
  }
  await writeRows(client, 'follow', follow, followRows(community))
  const counter = { subject_id: 'uuid', name: 'text', value: 'bigint' }
  for (const [name, graph] of Object.entries({ following, followers })) {
    const rows = each(people, (person) => [personId(person), name, followeesOf(graph, person).length])
    await writeRows(client, 'counter', counter, rows)
  }
  await writeRows(
    client,
    'post_count',
    { author_id: 'uuid', posts: 'int', version: 'int' },
    each(people, (person) => [personId(person), written[person], Math.max(1, written[person]!)]),
  )
}

function* followRows({ people, following }: Community): Generator<unknown[]> {
  let edge = 0
  for (let person = 0; person < people; person++) {
    for (const followee of followeesOf(following, person)) {
      const position = idOf('edge', joinedAt.getTime(), edge++)
      yield [personId(person), personId(followee), true, 1, position, joinedAt]
    }
  }
}

/** A media a person, as if the photograph had been processed for each: who creates a post has one that is ready. */
async function fillMedia(client: pg.Client, { people }: Community, { media }: Pictures): Promise<void> {
  const columns = {
    ...{ id: 'uuid', owner_id: 'uuid', state: 'text', source: 'text', format: 'text', width: 'int', height: 'int' },
    ...{
      placeholder: 'text',
      variants: 'jsonb',
      version: 'int',
      created_at: 'timestamptz',
      finished_at: 'timestamptz',
    },
  }
  await writeRows(
    client,
    'media',
    columns,
    each(people, (person) => {
      const { width, height, placeholder, variants } = media[person % media.length]!
      const stored = variants.map(({ name, width, height, bytes }) => ({ name, width, height, bytes }))
      return [
        ...[mediaId(person), personId(person), 'ready', 'streamed', 'jpeg', width, height, placeholder],
        ...[JSON.stringify(stored), 2, joinedAt, joinedAt],
      ]
    }),
  )
}

async function fillPost(client: pg.Client, community: Community, pictures: Pictures): Promise<void> {
  const { people, authors, times, written } = community
  const own = each(people, (person) => {
    const data = { ...pictures.media[person % pictures.media.length]!, id: mediaId(person) }
    return [mediaId(person), personId(person), JSON.stringify(data), 2]
  })
  await writeRows(client, 'media', { media_id: 'uuid', owner_id: 'uuid', data: 'jsonb', version: 'int' }, own)
  const columns = {
    ...{ id: 'uuid', author_id: 'uuid', author_username: 'text', caption: 'text', entities: 'jsonb', media: 'jsonb' },
    ...{ state: 'text', version: 'int', created_at: 'timestamptz' },
  }
  const shown = pictures.media.map((media) => JSON.stringify([{ ...media, altText: 'A photograph' }]))
  await writeRows(
    client,
    'post',
    columns,
    each(authors.length, (post) => {
      const author = authors[post]!
      return [
        ...[postId(community, post), personId(author), usernameOf(author), captionOf(post), '[]'],
        ...[shown[post % shown.length], 'published', 1, new Date(times[post]!)],
      ]
    }),
  )
  const ids = pictures.media.map(({ id }) => id)
  await writeRows(
    client,
    'post_media',
    { media_id: 'uuid', post_id: 'uuid' },
    each(authors.length, (post) => [ids[post % ids.length], postId(community, post)]),
  )
  const engagement = {
    ...{ post_id: 'uuid', author_id: 'uuid', likes: 'int', comments: 'int', version: 'int', rank: 'float8' },
  }
  await writeRows(
    client,
    'engagement',
    engagement,
    each(authors.length, (post) => {
      const liked = community.likes.offsets[post + 1]! - community.likes.offsets[post]!
      // As post ranks: see its explore/rank.ts.
      const rank = Math.log2(1 + liked) + times[post]! / 1000 / (12 * 3600)
      return [postId(community, post), personId(authors[post]!), liked, 0, 1, rank]
    }),
  )
  await writeRows(
    client,
    'author_stats',
    { author_id: 'uuid', username: 'text', posts: 'int', version: 'int' },
    each(people, (person) => [
      ...[personId(person), usernameOf(person), written[person], Math.max(1, written[person]!)],
    ]),
  )
}

async function fillInteraction(client: pg.Client, community: Community): Promise<void> {
  const { authors } = community
  await writeRows(
    client,
    'post_ref',
    { post_id: 'uuid', author_id: 'uuid', state: 'text', version: 'int' },
    each(authors.length, (post) => [postId(community, post), personId(authors[post]!), 'published', 1]),
  )
  const like = {
    ...{ post_id: 'uuid', user_id: 'uuid', like_id: 'uuid', username: 'text', active: 'bool', version: 'int' },
    ...{ at: 'timestamptz' },
  }
  await writeRows(client, 'post_like', like, likeRows(community))
  const counter = { subject_id: 'uuid', name: 'text', value: 'bigint', told: 'bigint', version: 'bigint' }
  const counts = likeCounts(community).map(([post, likes]) => [post, 'likes', likes, likes, 1])
  await writeRows(client, 'counter', counter, counts)
  await writeRows(client, 'saved_post', { user_id: 'uuid', post_id: 'uuid', save_id: 'uuid' }, savedRows(community))
}

/** Ids of posts that somebody likes, and how many do. */
function likeCounts(community: Community): IteratorObject<[string, number]> {
  const { authors, likes } = community
  return authors
    .keys()
    .map((post): [string, number] => [postId(community, post), likes.offsets[post + 1]! - likes.offsets[post]!])
    .filter(([, count]) => count > 0)
}

function* likeRows(community: Community): Generator<unknown[]> {
  const { authors, times, likes } = community
  for (let post = 0; post < authors.length; post++) {
    const at = times[post]! + 1000
    for (let like = likes.offsets[post]!; like < likes.offsets[post + 1]!; like++) {
      const person = likes.people[like]!
      yield [
        postId(community, post),
        personId(person),
        idOf('like', at, like),
        usernameOf(person),
        true,
        1,
        new Date(at),
      ]
    }
  }
}

/** The first who likes a post has saved it too. */
function* savedRows(community: Community): Generator<unknown[]> {
  const { authors, times, likes } = community
  for (let post = 0; post < authors.length; post++) {
    const first = likes.offsets[post]!
    if (first === likes.offsets[post + 1]) continue
    yield [personId(likes.people[first]!), postId(community, post), idOf('like', times[post]!, post)]
  }
}
