import { afterEach, beforeEach, expect, test } from 'vitest'
import { edgesKey, timelineKey } from '../src/timeline/timeline.ts'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let world: World

beforeEach(async () => {
  world = await createWorld({ timelineLength: 30, broadcastFrom: 3 })
})
afterEach(() => world.close())

/** An author whom as many follow; each of these has a timeline. */
async function authorWith(followers: number) {
  const author = world.newPerson()
  const readers = Array.from({ length: followers }, () => world.newPerson())
  for (const reader of readers) {
    await world.deliver('user', world.setFollow(reader, author, true))
    await world.homeFeed(reader)
  }
  return { author, readers: readers as [string, ...string[]] }
}

async function post(author: string): Promise<void> {
  await world.deliver('post', world.created(world.write(author)))
}

async function expectComplete(readers: readonly string[]): Promise<void> {
  for (const reader of readers) expect(await world.homeFeed(reader, 7)).toEqual(world.expected(reader))
}

test('a post of somebody with many followers is in no timeline before it is read, and in each page then', async () => {
  const { author, readers } = await authorWith(5)
  for (let index = 0; index < 10; index++) await post(author)
  for (const reader of readers) expect(await world.redis.zcard(timelineKey(reader))).toBe(0)
  await expectComplete(readers)
  expect(await world.redis.zcard(timelineKey(readers[0]))).toBe(10)
})

test('an author who passes the threshold, there and back, loses and doubles nothing', async () => {
  const { author, readers } = await authorWith(2)
  const [late] = [world.newPerson()]
  for (let round = 0; round < 3; round++) {
    await post(author)
    await world.deliver('user', world.setFollow(late, author, true))
    await post(author)
    await world.deliver('user', world.setFollow(late, author, false))
    await post(author)
  }
  await expectComplete([...readers, late, author])
})

test('a post that is broadcast and, its event coming again, pushed too is there once', async () => {
  const { author, readers } = await authorWith(3)
  const written = world.write(author)
  await world.deliver('post', world.created(written))
  world.setFollow(readers[2]!, author, false)
  await world.deliver('post', world.created(written))
  expect(await world.homeFeed(readers[0])).toEqual([written.id])
})

test('who unfollowed between a broadcast and the own next read does not see it, who came back does', async () => {
  const { author, readers } = await authorWith(4)
  await post(author)
  const [gone, back] = readers as [string, string]
  await world.deliver('user', world.setFollow(gone, author, false))
  await world.deliver('user', world.setFollow(back, author, false))
  await world.deliver('user', world.setFollow(back, author, true))
  await expectComplete(readers)
  expect(await world.homeFeed(gone)).toEqual([])
})

test('a broadcast that comes while a timeline is built is in it', async () => {
  const { author, readers } = await authorWith(3)
  await post(author)
  await world.redis.del(timelineKey(readers[0]), edgesKey(readers[0]))
  world.before.byAuthors = () => post(author)
  await expectComplete(readers)
})

test('the log begins anew: timelines that had not read it to its end are built again', async () => {
  const { author, readers } = await authorWith(3)
  await post(author)
  await world.homeFeed(readers[0])
  await post(author)
  await world.redis.del('broadcasts{log}', 'broadcasts{log}:epoch')
  await expectComplete(readers)
  await post(author)
  await expectComplete(readers)
})

test('an event of an old post that comes late is filed where it belongs', async () => {
  const { author, readers } = await authorWith(3)
  const early = world.write(author)
  await post(author)
  await world.homeFeed(readers[0])
  await world.deliver('post', world.created(early))
  await expectComplete(readers)
})
