import type { Post } from '@daguerre/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.redis.del('explore{list}:current')
})
afterEach(() => world.close())

/** Posts of as many authors, in the order in which they rank. */
function rank(count: number) {
  const posts = Array.from({ length: count }, () => world.write(world.newPerson()))
  world.ranking.splice(0, world.ranking.length, ...posts.toSorted(() => Math.random() - 0.5))
  return world.ranking.map(({ id }) => id)
}

async function page(path: string, userId?: string) {
  const response = await (userId ? world.get(userId, path) : world.app.request(path))
  expect(response.status).toBe(200)
  return (await response.json()) as { items: Post[]; nextCursor: string | null }
}

test('is what post ranks, in its order, paged to the end', async () => {
  const ids = rank(25)
  expect(await world.homeFeed(world.newPerson(), 10, 'explore')).toEqual(ids)
  expect((await page('/api/v1/feed/explore?limit=100')).items.map(({ id }) => id)).toEqual(ids)
})

test('leaves out my own posts and those of whom I follow, and pages are full all the same', async () => {
  const me = world.newPerson()
  rank(30)
  const followed = world.ranking.filter((_, index) => index % 3 === 0)
  for (const { authorId } of followed) world.setFollow(me, authorId, true)
  world.ranking[1]!.authorId = me
  const wanted = world.ranking.filter((post) => !followed.includes(post) && post.authorId !== me).map(({ id }) => id)
  expect(await world.homeFeed(me, 4, 'explore')).toEqual(wanted)
  // The same by the timeline, once there is one.
  await world.homeFeed(me)
  expect(await world.homeFeed(me, 4, 'explore')).toEqual(wanted)
})

test('a reader sees each post once, however ranks change between pages; who begins later sees them as they are', async () => {
  const ids = rank(20)
  const me = world.newPerson()
  const first = await page('/api/v1/feed/explore?limit=10', me)
  world.ranking.reverse()
  await world.redis.del('explore{list}:current')
  expect((await page('/api/v1/feed/explore?limit=1', world.newPerson())).items[0]?.id).toBe(ids.at(-1))
  const second = await page(`/api/v1/feed/explore?limit=10&cursor=${first.nextCursor}`, me)
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids)
  expect(second.nextCursor).toBeNull()
})

test('many who look at once make one list', async () => {
  rank(5)
  await Promise.all(Array.from({ length: 10 }, () => page('/api/v1/feed/explore')))
  expect(world.askedForRanking()).toBe(1)
})

test('deleted posts leave no holes', async () => {
  const ids = rank(12)
  await page('/api/v1/feed/explore?limit=1')
  for (const post of world.ranking.slice(0, 6)) await world.deliver('post', world.remove(post))
  expect((await page('/api/v1/feed/explore?limit=5')).items.map(({ id }) => id)).toEqual(ids.slice(6, 11))
})

test('without Redis it is there, without post it says 503', async () => {
  const ids = rank(3)
  world.redis.disconnect()
  expect((await page('/api/v1/feed/explore')).items.map(({ id }) => id)).toEqual(ids)
  world.dapr.down.add('post')
  expect((await world.app.request('/api/v1/feed/explore')).status).toBe(503)
})

test('a cursor of another feed, or of somebody else, is refused', async () => {
  rank(3)
  const me = world.newPerson()
  const { nextCursor } = await page('/api/v1/feed/explore?limit=1', me)
  expect((await world.get(world.newPerson(), `/api/v1/feed/explore?cursor=${nextCursor}`)).status).toBe(400)
  expect((await world.get(me, `/api/v1/feed/home?cursor=${nextCursor}`)).status).toBe(400)
})

test('nothing posted: an empty page that ends', async () => {
  expect(await page('/api/v1/feed/explore')).toEqual({ items: [], nextCursor: null })
})
