import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import pg from 'pg'
import type { Bench } from './bench.ts'
import type { LoadPerson, LoadReport, Post } from './load-plan.ts'
import { ask, type Community } from './people.ts'
import { demand } from './proof.ts'
import { describeFailures, describeLoad } from './run-load.ts'

/** TIMELINE_LENGTH of feed, where nothing else is said. */
const timelineLength = 800

const publishers = ['auth', 'user', 'post', 'media', 'interaction', 'moderation']

export interface Reckoning {
  /** What is not as it has to be; empty where all is. */
  complaints: string[]
  /** From the question until all was there. */
  seconds: number
  /** What came last, if not all was there at once. */
  last: string
  /** What was counted. */
  counted: string
}

/**
 * Demands of a load that has ended that none of its requests failed, and that the stores hold what was acknowledged, once.
 * @throws NotProven
 */
export async function demandAllServed(bench: Bench, community: Community, load: LoadReport): Promise<string> {
  bench.report(describeLoad(load))
  for (const line of describeFailures(load.failures)) bench.report(`failed: ${line}`)
  const found = await reckon(bench, community, load.posts, load.likes)
  for (const line of found.complaints) bench.report(`counted: ${line}`)
  demand(load.failures.length === 0, describeLoad(load))
  demand(found.complaints.length === 0, found.complaints.join('; '))
  return `${describeLoad(load)}; counted ${found.counted} after ${found.seconds.toFixed(1)} s`
}

/**
 * Counts in the stores, not only in answers, whether everything that was acknowledged is there and nothing is there twice:
 * posts and their events, home timelines, notifications, likes and their counters. Waits for what is still on its way.
 * @param made posts that were acknowledged, besides the first ones of the community
 * @param others whether posts may be there that nobody was told of: where answers were lost
 */
export async function reckon(
  bench: Bench,
  community: Community,
  made: Post[],
  likes: LoadReport['likes'],
  { others = false, timeoutMs = 60_000 } = {},
): Promise<Reckoning> {
  const began = performance.now()
  const redis = new Redis(bench.system.environment('feed')['REDIS_URL'] ?? '')
  const mongo = await connectMongo(bench)
  try {
    let last = ''
    for (;;) {
      const found = await count(bench, redis, mongo, community, made, likes, others)
      const seconds = (performance.now() - began) / 1000
      if (found.complaints.length === 0 || seconds * 1000 > timeoutMs) {
        await forget(bench, community.people)
        return { ...found, seconds, last }
      }
      last = found.complaints[0] ?? ''
      await sleep(500)
    }
  } finally {
    redis.disconnect()
    await mongo.close()
  }
}

function connectMongo(bench: Bench): Promise<MongoClient> {
  const url = bench.system.environment('notification')['MONGODB_URL'] ?? ''
  return MongoClient.connect(url, { socketTimeoutMS: 30_000 })
}

/** Takes away what people were told: the stand-in for MongoDB looks at every notification there is to find those of one. */
export async function forget(bench: Bench, people: LoadPerson[]): Promise<void> {
  const mongo = await connectMongo(bench)
  const recipientId = { $in: people.map(({ id }) => id) }
  for (const name of ['group', 'entry']) await mongo.db().collection(name).deleteMany({ recipientId })
  await mongo.close()
}

async function count(
  bench: Bench,
  redis: Redis,
  mongo: MongoClient,
  { people, posts, since }: Community,
  made: Post[],
  likes: LoadReport['likes'],
  others: boolean,
): Promise<Pick<Reckoning, 'complaints' | 'counted'>> {
  const acknowledged = [...posts, ...made]
  const complaints: string[] = []
  function complain(wrong: string[], what: string): void {
    if (wrong.length > 0) complaints.push(`${wrong.length} × ${what}, such as ${wrong[0]}`)
  }
  for (const app of publishers) {
    const rows = await rowsOf(bench, app, 'select id from outbox where published_at is null')
    complain(
      rows.map(({ id }) => String(id)),
      `not published by ${app}`,
    )
  }

  const authors = people.map(({ id }) => id)
  const kept = await rowsOf(
    bench,
    'post',
    `select p.id, p.author_id, (select count(*)::int from outbox o where o.subject = p.id::text and o.type = 'daguerre.post.created.v1') as events
     from post p where author_id = any($1) and state = 'published'`,
    [authors],
  )
  const byId = new Map(kept.map((row) => [String(row['id']), String(row['author_id'])]))
  complain(
    acknowledged.filter(({ id }) => !byId.has(id)).map(({ id }) => id),
    'acknowledged post is not there',
  )
  if (!others) {
    const known = new Set(acknowledged.map(({ id }) => id))
    complain(
      [...byId.keys()].filter((id) => !known.has(id)),
      'post that nobody was told of',
    )
  }
  complain(
    kept.filter(({ events }) => events !== 1).map(({ id, events }) => `${String(id)}: ${String(events)}`),
    'post without exactly one event',
  )

  // A timeline holds so many; what is older is asked of post.
  const newest = [...byId.keys()].toSorted().toReversed().slice(0, timelineLength)
  let timelines = 0
  let notices = 0
  const groups = mongo.db().collection<Group>('group')
  for (const person of people) {
    const members = (await redis.zrange(`home:{${person.id}}`, '0', '-1')).map((member) => member.split('|')[0] ?? '')
    const times = Map.groupBy(members, (id) => id)
    complain(
      newest.filter((id) => times.get(id)?.length !== 1).map((id) => `${id} for ${person.username}`),
      'post not exactly once in a timeline',
    )
    timelines += members.length
    const told = await groups.find({ recipientId: person.id, kind: 'posted', live: true }).toArray()
    const toldOf = Map.groupBy(told, ({ postId }) => postId)
    const ofOthers = [...byId].filter(([, author]) => author !== person.id).map(([id]) => id)
    complain(
      ofOthers.filter((id) => toldOf.get(id)?.length !== 1).map((id) => `${id} for ${person.username}`),
      'post not told of exactly once',
    )
    complain(
      told.filter(({ actors }) => actors.includes(person.id)).map(({ postId }) => postId),
      'own post told of',
    )
    notices += told.length
  }
  complain(await deadLettersOf(bench, mongo, since), 'dead letter')

  const rows = await rowsOf(
    bench,
    'interaction',
    'select post_id, user_id, active from post_like where user_id = any($1)',
    [authors],
  )
  const active = new Set(
    rows.filter((row) => row['active']).map((row) => `${String(row['post_id'])} ${String(row['user_id'])}`),
  )
  const sure = likes.filter(({ liked }) => liked !== null)
  complain(
    sure
      .filter(({ postId, personId, liked }) => active.has(`${postId} ${personId}`) !== liked)
      .map(({ postId, personId }) => `${postId} by ${personId}`),
    'like that is not as it was acknowledged',
  )
  const likers = Map.groupBy(active, (pair) => pair.split(' ')[0] ?? '')
  const liked = await groups.find({ kind: 'liked', recipientId: { $in: authors }, live: true }).toArray()
  const actorsOf = new Map(liked.map(({ postId, actorCount }) => [postId, actorCount]))
  const likedPosts = [...new Set([...likers.keys(), ...actorsOf.keys()])].filter((id) => byId.has(id))
  const [reader] = people
  for (const id of likedPosts) {
    const wanted = likers.get(id) ?? []
    const { counts } = await ask<{ counts: { likes: number } | null }>(
      bench.facts.url,
      'GET',
      `/api/v1/posts/${id}`,
      reader?.token,
    )
    if (counts?.likes !== wanted.length)
      complain([`${id}: ${counts?.likes} for ${wanted.length}`], 'wrong count of likes')
    const fromOthers = wanted.filter((pair) => pair.split(' ')[1] !== byId.get(id)).length
    if ((actorsOf.get(id) ?? 0) !== fromOthers)
      complain([`${id}: ${actorsOf.get(id) ?? 0} for ${fromOthers}`], 'wrong count in a notification')
  }
  return {
    complaints,
    counted: `${byId.size} posts, ${timelines} places in timelines, ${notices} notifications, ${active.size} likes`,
  }
}

interface Group {
  recipientId: string
  kind: string
  postId: string
  actors: string[]
  actorCount: number
  live: boolean
}

type Row = Record<string, unknown>

async function rowsOf(bench: Bench, app: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: bench.system.database(app) })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

async function deadLettersOf(bench: Bench, mongo: MongoClient, since: Date): Promise<string[]> {
  const letters: string[] = []
  for (const app of publishers) {
    const sql = 'select reason from dead_letter where received_at >= $1 limit 20'
    const rows = await rowsOf(bench, app, sql, [since]).catch(() => [])
    letters.push(...rows.map((row) => `${app}: ${String(row['reason'])}`))
  }
  const told = mongo.db().collection<{ reason: string | null; receivedAt: string }>('dead_letter')
  const found = await told
    .find({ receivedAt: { $gte: since.toISOString() } })
    .limit(20)
    .toArray()
  return [...letters, ...found.map(({ reason }) => `notification: ${reason}`)]
}
