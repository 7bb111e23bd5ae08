import { setTimeout as sleep } from 'node:timers/promises'
import type { Post } from '@daguerre/contracts'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { healed, instancesOf, metricsOf, sumOf, waitUntilPublished } from './support/inside.ts'
import { expectOk, follow, homeFeed, newPerson, occurrences, type Person, post, settles } from './support/world.ts'

let ann: Person
let bob: Person

beforeAll(async () => {
  expect(await instancesOf('post')).toEqual(['post', 'post-2'])
  expect(await instancesOf('feed')).toEqual(['feed', 'feed-2'])
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  await follow(bob, ann)
  await homeFeed(bob)
})

afterEach(healed)

/** A metric's value at each instance. */
async function perInstance(app: string, metric: string, labels: Record<string, string>): Promise<number[]> {
  return await Promise.all((await instancesOf(app)).map(async (name) => sumOf(await metricsOf(name), metric, labels)))
}

/** By how much a metric grows at each instance during some work. */
async function growth(
  [app, metric, labels]: [string, string, Record<string, string>],
  work: () => Promise<void>,
): Promise<number[]> {
  const before = await perInstance(app, metric, labels)
  await work()
  const after = await perInstance(app, metric, labels)
  return after.map((value, index) => value - before[index]!)
}

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i++) await work()
}

test('the gateway sends to both instances in turn', async () => {
  const served = await growth(['post', 'http_requests_total', { route: '/api/v1/users/:id/posts' }], () =>
    times(10, () => bob.get(`/api/v1/users/${ann.id}/posts`)),
  )
  expect(served).toEqual([5, 5])
})

test('Dapr invocation reaches both instances', async () => {
  // Which posts are the newest of all is asked each time; what a home feed shows is kept.
  const served = await growth(['post', 'http_requests_total', { route: '/internal/posts/by-authors' }], () =>
    times(30, () => expectOk(bob.get('/api/v1/feed'))),
  )
  expect(served[0]! + served[1]!).toBeGreaterThanOrEqual(30)
  expect(Math.min(...served)).toBeGreaterThanOrEqual(5)
})

test('both relays share the outbox and publish nothing twice; both feeds share the events', async () => {
  const count = 40
  const posts: Post[] = []
  let consumed: number[] = []
  const published = await growth(['post', 'outbox_published_total', { topic: 'post' }], async () => {
    consumed = await growth(['feed', 'events_consumed_total', { type: 'daguerre.post.created.v1' }], async () => {
      for (let i = 0; i < count; i++) posts.push(await post(ann, `shared ${i}`))
      await waitUntilPublished('post')
      const ids = posts.map(({ id }) => id)
      await settles(async () => {
        const feed = (await homeFeed(bob)).map(({ id }) => id)
        expect(occurrences(feed, ids)).toEqual(ids.map(() => 1))
      })
    })
  })
  expect(published[0]! + published[1]!, 'published').toBe(count)
  expect(Math.min(...published), 'published by the idler relay').toBeGreaterThan(0)
  // Brokers deliver at least once: a single event may come again (its effect, above, does not), but not each to both.
  expect(consumed[0]! + consumed[1]!, 'consumed').toBeGreaterThanOrEqual(count)
  expect(consumed[0]! + consumed[1]!, 'consumed').toBeLessThan(count * 1.5)
  expect(Math.min(...consumed), 'consumed by the idler feed').toBeGreaterThan(0)
})

test.each([{ names: ['post-2'] }, { names: ['post-2-sidecar', 'post-2'] }])(
  'with $names killed, reads go on after a moment',
  async ({ names }) => {
    const failures: number[] = []
    let reads = 0
    const began = performance.now()
    for (const name of names) {
      await system.kill(name)
      await system.stop(name)
    }
    while (performance.now() - began < 6000) {
      const at = performance.now() - began
      const [home, own] = await Promise.all([
        bob.get('/api/v1/feed/home?limit=5'),
        bob.get(`/api/v1/users/${ann.id}/posts?limit=5`),
      ])
      if (home.status !== 200 || own.status !== 200) failures.push(at)
      reads++
      await sleep(25)
    }
    expect(reads).toBeGreaterThan(3)
    expect(failures.filter((at) => at > 3000).map(Math.round), 'failures after 3 s').toEqual([])
  },
)
