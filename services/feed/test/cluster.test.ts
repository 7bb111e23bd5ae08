import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let redis: RedisClient
let world: World

beforeEach(async () => {
  const config = { REDIS_URL: process.env['TEST_REDIS_CLUSTER_URL'] ?? '', REDIS_CLUSTER: true }
  redis = openRedis(config, { maxRetriesPerRequest: 1, commandTimeout: 1000 })
  world = await createWorld({ timelineLength: 30, broadcastFrom: 100, redis })
})
afterEach(() => world.close())

function nodes() {
  if (!('nodes' in redis)) throw new Error('this is no cluster')
  return redis.nodes('master')
}

async function readers(author: string, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, () => world.newPerson())
  await Promise.all(
    people.map(async (person) => {
      await world.deliver('user', world.setFollow(person, author, true))
      await world.homeFeed(person)
    }),
  )
  return people
}

async function expectComplete(people: readonly string[]): Promise<void> {
  for (const person of people) expect(await world.homeFeed(person, 7)).toEqual(world.expected(person))
}

test('timelines lie on all nodes, and a fan-out reaches each', async () => {
  const author = world.newPerson()
  const people = await readers(author, 60)
  for (let index = 0; index < 40; index++) await world.deliver('post', world.created(world.write(author)))
  expect(nodes()).toHaveLength(3)
  for (const node of nodes()) expect(await node.dbsize()).toBeGreaterThan(20)
  await expectComplete(people)
})

test('a broadcast, a back-fill, an unfollow, an edit and a deletion are as on one Redis', async () => {
  const [loud, quiet] = [world.newPerson(), world.newPerson()]
  for (let index = 0; index < 110; index++) world.setFollow(world.newPerson(), loud, true)
  const people = await readers(loud, 6)
  const posts = Array.from({ length: 5 }, () => world.write(loud))
  for (const post of posts) await world.deliver('post', world.created(post))
  world.write(quiet)
  for (const person of people.slice(0, 3)) await world.deliver('user', world.setFollow(person, quiet, true))
  for (const person of people.slice(2, 4)) await world.deliver('user', world.setFollow(person, loud, false))
  await expectComplete(people)
  await world.deliver('post', world.edit(posts[0]!, 'edited'))
  await world.deliver('post', world.remove(posts[1]!))
  await expectComplete(people)
  const page = (await (await world.get(people[0]!, '/api/v1/feed/home')).json()) as { items: { caption: string }[] }
  expect(page.items.at(-1)?.caption).toBe('edited')
})

test('a node that is gone loses nobody a page', async () => {
  const author = world.newPerson()
  for (let index = 0; index < 10; index++) world.write(author)
  const people = await readers(author, 12)
  // It is the last test of this file: the node does not come back.
  await nodes()[2]
    ?.shutdown('NOSAVE')
    .catch(() => {})
  await expectComplete(people)
})
