import { setTimeout as sleep } from 'node:timers/promises'
import type { Post } from '@daguerre/contracts'
import { Redis } from 'ioredis'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { healed, redisUrl } from './support/inside.ts'
import {
  type Answer,
  comment,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  type Person,
  post,
  settles,
} from './support/world.ts'

const tag = `bridge${Math.floor(Math.random() * 1e9)}`
let ann: Person
let bob: Person
let shown: Post
/** What people read, by the service that answers. */
let reads: Record<string, string[]>

beforeAll(async () => {
  ann = await newPerson('ann')
  bob = await newPerson('bob')
  await follow(bob, ann)
  shown = await post(ann, `hello #${tag} @${bob.username}`)
  await expectOk(bob.send('POST', `/api/v1/posts/${shown.id}/like`))
  await expectOk(bob.send('PUT', `/api/v1/posts/${shown.id}/save`))
  const said = await comment(bob, shown.id, 'What light!')
  await settles(async () => {
    expect((await homeFeed(bob)).map(({ id }) => id)).toContain(shown.id)
    expect((await notifications(ann)).map(({ kind }) => kind).toSorted()).toEqual(['commented', 'followed', 'liked'])
    expect((await notifications(bob)).map(({ kind }) => kind)).toContain('mentioned')
  })
  reads = {
    auth: ['/api/v1/auth/me', '/api/v1/auth/sessions'],
    user: [
      ...['/api/v1/users/me', `/api/v1/users/${ann.username}`, `/api/v1/users/${ann.id}/followers`],
      `/api/v1/search?q=${ann.username.slice(0, 8)}`,
    ],
    post: [
      ...[`/api/v1/posts/${shown.id}`, `/api/v1/users/${ann.id}/posts`, `/api/v1/users/${ann.username}/posts`],
      `/api/v1/tags/${tag}/posts`,
    ],
    media: [`/api/v1/media/${ann.mediaId}`],
    interaction: [
      ...[
        `/api/v1/posts/${shown.id}/likes`,
        `/api/v1/posts/${shown.id}/comments`,
        `/api/v1/comments/${said.id}/replies`,
      ],
      '/api/v1/users/me/saved',
    ],
    feed: ['/api/v1/feed', '/api/v1/feed/home'],
    notification: ['/api/v1/notifications', '/api/v1/notifications/unread-count'],
  }
  await relationsAreKept()
})

afterEach(healed)

/** bob has just followed somebody: for ten seconds user is asked how he stands to others, and pages are poorer without it. */
async function relationsAreKept(): Promise<void> {
  const redis = new Redis(system.environment('feed')['REDIS_URL'] ?? '')
  try {
    await settles(async () => {
      await readAll()
      expect(await redis.hexists(`relations:{${bob.id}}`, 'filled')).toBe(1)
    })
  } finally {
    redis.disconnect()
  }
}

type Seen = Map<string, Answer<Record<string, unknown>>>

async function readAll(services = Object.keys(reads)): Promise<Seen> {
  const paths = services.flatMap((service) => reads[service] ?? [])
  const answers = await Promise.all(
    paths.map(async (path) => [path, await bob.get<Record<string, unknown>>(path)] as const),
  )
  return new Map(answers)
}

function statusesOf(seen: Seen, services: string[]): [string, number][] {
  return services.flatMap((service) => reads[service] ?? []).map((path) => [path, seen.get(path)?.status ?? 0])
}

function all(services: string[], status: number): [string, number][] {
  return services.flatMap((service) => reads[service] ?? []).map((path) => [path, status])
}

/** What cannot be answered without a neighbour at all: the global feed is a list of post's. Home and what is saved are lists of their own, shown from copies. */
const needs: Record<string, string[]> = {
  post: ['/api/v1/feed'],
}

/** Names in Daguerre-Degraded while a neighbour is away, by path; every other answer is whole. */
function missing(neighbour: string): Record<string, string[]> {
  const pages = [...reads['post']!, ...reads['feed']!]
  if (neighbour === 'interaction') return Object.fromEntries(pages.map((path) => [path, ['interaction']]))
  // Hashtags are post's; how the viewer stands to those who like something is user's.
  if (neighbour === 'post') return { [reads['user']!.find((path) => path.includes('search'))!]: ['post'] }
  if (neighbour === 'user') return { [`/api/v1/posts/${shown.id}/likes`]: ['user'] }
  return {}
}

/** What others keep of posts, people, counts and of what bob did is gone: they ask for it. */
async function forgetCopies(): Promise<void> {
  const redis = new Redis(system.environment('feed')['REDIS_URL'] ?? '')
  for (const { id } of [ann, bob]) await redis.del(`person:{${id}}`)
  await redis.del(`post:{${shown.id}}`, `counts:{${shown.id}}`, `marks:{${bob.id}}`)
  redis.disconnect()
}

/** Each instance has the keys that tokens are verified with: while auth is away it could not ask for them. */
async function keysEverywhere(): Promise<void> {
  for (const [service, [path]] of Object.entries(reads)) {
    for (const { url } of await system.instances(service)) {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${bob.token}` } })
      expect([service, response.status]).toEqual([service, 200])
    }
  }
}

async function expectWhole(): Promise<void> {
  await settles(async () => {
    const seen = await readAll()
    for (const [path, { status, degraded }] of seen) expect([path, status, degraded]).toEqual([path, 200, []])
  })
}

describe.each(['auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification'])('without %s', (neighbour) => {
  test('what is not its own is answered, says what it lacks, and is whole again afterwards', async () => {
    const others = Object.keys(reads).filter((service) => service !== neighbour)
    if (neighbour === 'auth') await keysEverywhere()
    await relationsAreKept()
    if (neighbour === 'interaction') await forgetCopies()
    await system.stop(neighbour)
    const seen = await readAll()

    expect(statusesOf(seen, [neighbour])).toEqual(all([neighbour], 503))
    for (const path of reads[neighbour]!)
      expect(seen.get(path)?.body).toMatchObject({ code: `${neighbour}.unavailable` })
    const wanted = all(others, 200).map(([path, status]) => [path, needs[neighbour]?.includes(path) ? 503 : status])
    expect(statusesOf(seen, others)).toEqual(wanted)
    const lacks = missing(neighbour)
    for (const [path, { status, degraded, durationMs }] of seen) {
      if (status === 200) expect([path, degraded]).toEqual([path, lacks[path] ?? []])
      expect(durationMs, path).toBeLessThan(8000)
    }

    await system.start(neighbour)
    await system.waitReady([neighbour])
    await expectWhole()
  })
})

test('without its neighbours a home feed and a post that were shown before are whole', async () => {
  const paths = ['/api/v1/feed/home', `/api/v1/posts/${shown.id}`]
  // What bob did last may be held for so long.
  await sleep(10_000)
  const before = await Promise.all(paths.map((path) => bob.get(path)))
  for (const name of ['user', 'interaction']) await system.stop(name)
  const without = await Promise.all(paths.map((path) => bob.get(path)))
  expect(without.map(({ status, degraded, body }) => ({ status, degraded, body }))).toEqual(
    before.map(({ body }) => ({ status: 200, degraded: [], body })),
  )
  for (const name of ['user', 'interaction']) await system.start(name)
  await system.waitReady(['user', 'interaction'])
  await expectWhole()
})

test.each(['auth', 'user', 'post', 'interaction'])(
  'when %s is slow, what is not its own is answered in time',
  async (slow) => {
    const others = Object.keys(reads).filter((service) => service !== slow)
    if (slow === 'auth') await keysEverywhere()
    await system.pause(slow)
    const seen = await readAll(others)
    for (const [path, { status, durationMs }] of seen) {
      expect([path, status]).toEqual([path, needs[slow]?.includes(path) ? 503 : 200])
      expect(durationMs, path).toBeLessThan(8000)
    }
    await system.resume(slow)
    await expectWhole()
  },
)

test('without user and without caches, a post shows the last known name of its author and says so', async () => {
  const cache = new Redis(redisUrl('redis-cache'))
  await system.stop('user')
  await cache.flushall()
  cache.disconnect()
  await forgetCopies()
  for (const name of ['post', 'interaction', 'notification']) await system.kill(name)
  await system.waitReady(['post', 'interaction', 'notification'])

  // The sidecars of those just started believe them to be down until their next look, 2 s later.
  await settles(
    async () => {
      expect(await bob.get<Post>(`/api/v1/posts/${shown.id}`)).toMatchObject({
        status: 200,
        degraded: ['user'],
        body: { author: { id: ann.id, username: ann.username } },
      })
      const home = await bob.get<{ items: Post[] }>('/api/v1/feed/home')
      expect(home).toMatchObject({ status: 200, degraded: ['user'] })
      expect(home.body.items[0]).toMatchObject({ id: shown.id, author: { username: ann.username } })
    },
    { timeoutMs: 10_000 },
  )
  for (const path of [`/api/v1/posts/${shown.id}/comments`, `/api/v1/posts/${shown.id}/likes`]) {
    const { status, degraded, body } = await bob.get<{ items: object[] }>(path)
    expect([path, status, degraded]).toEqual([path, 200, ['user']])
    expect(JSON.stringify(body.items)).toContain(bob.username)
  }
  const told = await ann.get<{ items: object[] }>('/api/v1/notifications')
  expect(told).toMatchObject({ status: 200, degraded: ['user'] })
  expect(told.body.items.length).toBe(3)
})

describe('writes while others are away', () => {
  test('a post of known photos, a like and a comment need nobody but their own service; one that hangs gets 504', async () => {
    await Promise.all(['user', 'notification', 'feed'].map((name) => system.stop(name)))
    await system.pause('media')
    const hanging = bob.get(`/api/v1/media/${ann.mediaId}`)
    const made = await post(ann, 'alone')
    await expectOk(bob.send('POST', `/api/v1/posts/${shown.id}/like`))
    await comment(bob, shown.id, 'alone too')
    for (const name of ['user', 'notification', 'feed']) await system.start(name)
    // The public door waits 15 s for an answer.
    expect(await hanging).toMatchObject({ status: 504, body: { code: 'media.timeout' } })
    await system.resume('media')
    await system.waitReady()
    await settles(async () => expect((await homeFeed(bob)).map(({ id }) => id)).toContain(made.id))
  })
})

describe('without a sidecar', () => {
  test("post's: its own data is shown and says what it lacks", async () => {
    await forgetCopies()
    await system.stop('post-sidecar')
    const one = await bob.get<Post>(`/api/v1/posts/${shown.id}`)
    expect(one).toMatchObject({ status: 200, body: { id: shown.id, viewer: null } })
    expect(one.degraded).toContain('interaction')
    expect(await bob.get('/api/v1/feed')).toMatchObject({ status: 503 })
    await system.start('post-sidecar')
    await system.waitReady(['post-sidecar', 'post'])
    await expectWhole()
  })

  test("interaction's: posts are shown without likes and say so", async () => {
    await forgetCopies()
    await system.stop('interaction-sidecar')
    expect(await bob.get(`/api/v1/posts/${shown.id}`)).toMatchObject({ status: 200, degraded: ['interaction'] })
    expect(await bob.get(`/api/v1/posts/${shown.id}/comments`)).toMatchObject({ status: 200 })
    await system.start('interaction-sidecar')
    await system.waitReady(['interaction-sidecar', 'interaction'])
    await expectWhole()
  })

  test("auth's: who starts then is not ready without the keys of tokens; who was ready needs nobody for them", async () => {
    await system.stop('auth-sidecar')
    await system.kill('interaction')
    await settles(async () => {
      const { url } = await system.service('interaction')
      const answer = await fetch(`${url}/readyz`)
      expect(await answer.json()).toMatchObject({ status: 'not ready', checks: { keys: { ok: false } } })
    })
    await system.start('auth-sidecar')
    await system.waitReady(['auth-sidecar', 'auth', 'interaction'])
    await system.stop('auth-sidecar')
    expect(await bob.get(`/api/v1/posts/${shown.id}/likes`)).toMatchObject({ status: 200 })
  })
})
