import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Post } from '@daguerre/contracts'
import { Redis } from 'ioredis'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { healed, instancesOf, metricsOf, redisUrl, sumOf, waitUntilPublished } from './support/inside.ts'
import {
  comment,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  occurrences,
  type Person,
  post,
  profileOf,
  settles,
} from './support/world.ts'

const publishers: Record<string, string[]> = {
  auth: ['moderation'],
  user: ['auth', 'post', 'moderation'],
  post: ['auth', 'media', 'interaction', 'moderation'],
  media: ['auth', 'post'],
  interaction: ['auth', 'post', 'user', 'moderation'],
  feed: ['auth', 'post', 'user'],
  notification: ['auth', 'user', 'post', 'interaction', 'moderation'],
  moderation: ['auth', 'post', 'interaction'],
}
// What is promised: within this everything is there again, with nobody's help.
const timeoutMs = 60_000

let ann: Person
let bob: Person
let cleo: Person

beforeAll(async () => {
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  cleo = await newPerson('cleo', { photo: false })
  await follow(bob, ann)
  // Timelines that are there: what comes from here on comes by events.
  await settles(async () => expect((await homeFeed(bob)).length).toBe(1))
  expect(await homeFeed(cleo)).toEqual([])
  await hearing()
})

afterEach(healed)

async function each(app: string, act: (name: string) => Promise<void>): Promise<void> {
  for (const name of await instancesOf(app)) {
    await act(name)
    await act(`${name}-sidecar`)
  }
}

/** What a consumer says of a publisher. */
async function valueOf(consumer: string, metric: string, publisher: string): Promise<number> {
  return sumOf(await metricsOf(consumer), metric, { source: `/services/${publisher}` })
}

/** Waits until each consumer has just heard from each of its publishers, and misses nothing. */
async function hearing(): Promise<void> {
  for (const [consumer, names] of Object.entries(publishers)) {
    for (const name of names) {
      await settles(
        async () => {
          const metrics = await metricsOf(consumer)
          const labels = { source: `/services/${name}` }
          expect(metrics, `${consumer} hears ${name}`).toMatch(
            new RegExp(`^heartbeat_age_seconds\\{.*source="/services/${name}"`, 'm'),
          )
          expect(sumOf(metrics, 'heartbeat_age_seconds', labels), `${consumer} hears ${name}`).toBeLessThan(20)
          expect(sumOf(metrics, 'events_missing', labels), `${consumer} misses something of ${name}`).toBe(0)
        },
        { timeoutMs: 90_000 },
      )
    }
  }
}

async function losses(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [consumer, names] of Object.entries(publishers)) {
    for (const name of names) {
      const lost = await valueOf(consumer, 'broker_losses_total', name)
      if (lost > 0) found[`${consumer} of ${name}`] = lost
    }
  }
  return found
}

/** Each of these posts is once in the follower's feed, and announced once. */
async function expectExactlyOnce(person: Person, posts: Pick<Post, 'id'>[]): Promise<void> {
  const ids = posts.map(({ id }) => id)
  const once = ids.map(() => 1)
  await settles(
    async () => {
      const feed = (await homeFeed(person)).map(({ id }) => id)
      expect(occurrences(feed, ids), 'in the home feed').toEqual(once)
      const told = (await notifications(person)).flatMap(({ kind, post }) =>
        kind === 'posted' && post ? [post.id] : [],
      )
      expect(occurrences(told, ids), 'among the notifications').toEqual(once)
    },
    { timeoutMs },
  )
}

test('consumers and sidecars that are killed one after the other lose nothing, and report no loss', async () => {
  const made: Post[] = []
  for (const consumer of ['notification', 'feed']) {
    for (const name of await instancesOf(consumer)) {
      for (const victim of [name, `${name}-sidecar`]) {
        made.push(await post(ann, `before ${victim}`))
        await system.kill(victim)
        made.push(await post(ann, `after ${victim}`))
        await system.waitReady([name, `${name}-sidecar`])
      }
    }
  }
  await expectExactlyOnce(bob, made)
  await hearing()
  expect(await losses()).toEqual({})
})

describe('a broker that loses what nobody has read', () => {
  async function empty(): Promise<void> {
    const broker = new Redis(redisUrl('redis-broker'))
    await broker.flushall()
    await broker.quit()
  }

  async function replace(): Promise<void> {
    await system.stop('redis-broker')
    const folder = join(system.home, 'redis-broker')
    for (const name of readdirSync(folder)) {
      if (name !== 'redis.conf') rmSync(join(folder, name), { recursive: true })
    }
    await system.start('redis-broker')
    await system.waitReady(['redis-broker'])
  }

  test.each([
    ['by FLUSHALL', empty],
    ['with its server and its data', replace],
  ])('%s: all that was lost is there within 60 s, once, and all goes on as before', async (_how, lose) => {
    await hearing()
    const before = (await profileOf(bob, ann)).counts.posts
    const liked = await post(ann, 'liked later')
    await expectExactlyOnce(bob, [liked])
    for (const app of ['notification', 'feed']) await each(app, system.stop)
    // While user can say that nothing holds it back.
    const said = await comment(bob, liked.id, 'Does anybody hear me?')
    await each('user', system.stop)

    const made = [await post(ann, 'lost'), await post(ann, 'lost as well')]
    await expectOk(bob.send('POST', `/api/v1/posts/${liked.id}/like`))
    for (const app of ['post', 'interaction']) await waitUntilPublished(app)
    await lose()
    for (const app of ['notification', 'feed', 'user']) await each(app, system.start)
    await system.waitReady()

    await expectExactlyOnce(bob, made)
    await settles(
      async () => {
        const about = (await notifications(ann)).filter((one) => one.post?.id === liked.id)
        expect(
          about.map(({ kind, actorCount, comment: one }) => [kind, actorCount, one?.id ?? null]).toSorted(),
        ).toEqual([
          ['commented', 1, said.id],
          ['liked', 1, null],
        ])
        expect((await profileOf(bob, ann)).counts.posts).toBe(before + 3)
      },
      { timeoutMs },
    )
    // Counted by those that were away, whose counts began anew; who was there has lost nothing.
    await settles(async () =>
      expect(await losses()).toEqual({
        'feed of post': 2,
        'notification of post': 2,
        'notification of interaction': 2,
        'user of post': 2,
      }),
    )

    await hearing()
    await follow(cleo, ann)
    const next = await post(ann, 'as before')
    await expectExactlyOnce(bob, [next])
    await settles(async () => expect((await homeFeed(cleo))[0]!.id).toBe(next.id))
    await expectOk(cleo.send('DELETE', `/api/v1/users/${ann.id}/follow`))
  })
})
