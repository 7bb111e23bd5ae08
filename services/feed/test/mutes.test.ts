import { relationsKey } from '@daguerre/copies/relations'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let world: World

beforeEach(async () => {
  world = await createWorld({ timelineLength: 30 })
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

/** A reader, one whom they will mute, and another; posts of both by turns, newest first. */
async function twoFollowed(count: number) {
  const [me, loud, quiet] = [world.newPerson(), world.newPerson(), world.newPerson()]
  for (const author of [loud, quiet]) world.setFollow(me, author, true)
  for (let index = 0; index < count; index++) {
    world.write(loud)
    world.write(quiet)
  }
  const all = await world.homeFeed(me)
  const author = new Map(world.posts.map((post) => [post.id, post.authorId]))
  return { me, loud, quiet, all, ofQuiet: all.filter((id) => author.get(id) === quiet) }
}

test('who is muted is in no feed of who mutes them, at once, in full pages to the very first post; and back when it is taken back', async () => {
  const { me, loud, all, ofQuiet } = await twoFollowed(45)
  expect(all).toHaveLength(90)
  await world.mute(me, loud)
  // `homeFeed` refuses a page that is not full and not the last.
  for (const limit of [7, 20, 100]) expect(await world.homeFeed(me, limit)).toEqual(ofQuiet)
  world.ranking.push(...world.posts)
  await world.redis.del('explore{list}:current')
  expect(await world.homeFeed(me, 20, 'explore')).toEqual([])
  await world.mute(me, loud, 'not')
  expect(await world.homeFeed(me)).toEqual(all)
})

test('explore leaves out who is muted, for who mutes them alone', async () => {
  const [me, other, loud, quiet] = [world.newPerson(), world.newPerson(), world.newPerson(), world.newPerson()]
  for (let index = 0; index < 130; index++) world.ranking.push(world.write(loud))
  world.ranking.push(world.write(quiet))
  await world.redis.del('explore{list}:current')
  await world.mute(me, loud)
  const ofQuiet = world.posts.filter(({ authorId }) => authorId === quiet).map(({ id }) => id)
  const first = await world.get(me, '/api/v1/feed/explore?limit=20')
  const { items } = (await first.json()) as { items: { id: string }[] }
  expect(items.map(({ id }) => id)).toEqual(ofQuiet)
  expect(await world.homeFeed(other, 50, 'explore')).toHaveLength(131)
})

test('a mute with an end ends by itself, without anybody asking', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { me, loud, all, ofQuiet } = await twoFollowed(3)
  await world.redis.del(relationsKey(me))
  await world.mute(me, loud, Date.now() + 60_000)
  await world.redis.del(relationsKey(me))
  expect(await world.homeFeed(me)).toEqual(ofQuiet)
  const asked = world.askedForRelations()
  vi.setSystemTime(Date.now() + 61_000)
  expect(await world.homeFeed(me)).toEqual(all)
  expect(world.askedForRelations()).toBe(asked)
})

test('whom somebody mutes is asked once, and again while it is changed', async () => {
  const { me, loud } = await twoFollowed(2)
  await world.homeFeed(me)
  const asked = world.askedForRelations()
  await world.homeFeed(me)
  expect(world.askedForRelations()).toBe(asked)
  await world.mute(me, loud)
  await world.homeFeed(me)
  await world.homeFeed(me)
  expect(world.askedForRelations()).toBe(asked + 2)
})

test('a page of which all is muted goes on where it ended, and says so', async () => {
  const [me, loud] = [world.newPerson(), world.newPerson()]
  world.setFollow(me, loud, true)
  for (let index = 0; index < 120; index++) world.write(loud)
  await world.mute(me, loud)
  const response = await world.get(me, '/api/v1/feed/home?limit=20')
  expect(await response.json()).toEqual({ items: [], nextCursor: null })
})

test('with user away everything is shown, and the answer says what it lacks', async () => {
  const { me, all } = await twoFollowed(2)
  await world.redis.del(relationsKey(me))
  world.dapr.down.add('user')
  const response = await world.get(me, '/api/v1/feed/home')
  const { items } = (await response.json()) as { items: { id: string }[] }
  expect(items.map(({ id }) => id)).toEqual(all)
  expect(response.headers.get('daguerre-degraded')).toContain('user')
})
