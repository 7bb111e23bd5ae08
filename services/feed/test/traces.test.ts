import { events, makeEvent } from '@daguerre/contracts'
import { copyKey, marksKey } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { edgesKey, timelineKey } from '../src/timeline/timeline.ts'
import { createWorld } from './world.ts'

let world: Awaited<ReturnType<typeof createWorld>>
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

function membersOf(userId: string): Promise<string[]> {
  return world.redis.zrange(timelineKey(userId), '0', '-1')
}

test('a deleted post leaves the timelines that nobody reads, and neither late news nor a late copy bring it back', async () => {
  const [reader, author] = [world.newPerson(), world.newPerson()]
  world.setFollow(reader, author, true)
  // A timeline is there from the first look on.
  for (const userId of [reader, author]) await world.homeFeed(userId)
  const [kept, gone] = [world.write(author), world.write(author)]
  for (const post of [kept, gone]) await world.deliver('post', world.created(post))
  for (const userId of [reader, author]) expect(await world.homeFeed(userId)).toEqual([gone.id, kept.id])
  expect(await world.redis.exists(copyKey.counts(gone.id))).toBe(1)

  await world.deliver('post', world.remove(gone))
  for (const userId of [reader, author]) expect(await membersOf(userId)).toEqual([`${kept.id}|${author}`])
  expect(await world.redis.exists(copyKey.counts(gone.id))).toBe(0)

  await world.deliver('post', world.created(gone))
  for (const userId of [reader, author]) expect(await membersOf(userId)).toEqual([`${kept.id}|${author}`])
  await world.copies.keep([{ key: copyKey.post(gone.id), version: 7, text: 'a|{}', ttlSeconds: 60 }])
  expect(await world.copies.read([copyKey.post(gone.id)])).toEqual([{ text: null, isHeld: false, isGone: true }])
})

test('a deletion during a hold is not forgotten with it', async () => {
  const id = newId()
  await world.holds.hold([copyKey.post(id)])
  await world.deliver('post', deletedEvent(id, world.newPerson()))
  expect(await world.redis.ttl(copyKey.post(id))).toBeGreaterThan(60_000)
})

test('what was broadcast and is deleted leaves the log', async () => {
  const many = await createWorld({ broadcastFrom: 1 })
  try {
    const [reader, author] = [many.newPerson(), many.newPerson()]
    many.setFollow(reader, author, true)
    const post = many.write(author)
    await many.deliver('post', many.created(post))
    expect(JSON.stringify(await many.redis.xrange('broadcasts{log}', '-', '+'))).toContain(post.id)
    await many.deliver('post', many.remove(post))
    expect(JSON.stringify(await many.redis.xrange('broadcasts{log}', '-', '+'))).not.toContain(post.id)
    expect(await many.homeFeed(reader)).toEqual([])
  } finally {
    await many.close()
  }
})

test('of who has left no timeline, mark or copy stays, and none is kept that comes late', async () => {
  const [person, author] = [world.newPerson(), world.newPerson()]
  world.setFollow(person, author, true)
  await world.deliver('post', world.created(world.write(author)))
  await world.homeFeed(person)
  const profile = { id: person, username: 'left', displayName: 'Left', avatar: null }
  const told = makeEvent(events.profileUpdated, { subject: person, version: 1, data: { person: profile } })
  await world.deliver('user', told)
  expect(
    await world.redis.exists(timelineKey(person), edgesKey(person), marksKey(person), copyKey.person(person)),
  ).toBe(4)
  const data = { userId: person, at: new Date().toISOString() }
  await world.deliver('auth', makeEvent(events.accountDeleted, { subject: person, version: 2, data }))
  expect(
    await world.redis.exists(timelineKey(person), edgesKey(person), marksKey(person), copyKey.relations(person)),
  ).toBe(0)
  await world.deliver('user', told)
  expect(await world.copies.read([copyKey.person(person)])).toEqual([{ text: null, isHeld: false, isGone: true }])
})

function deletedEvent(postId: string, authorId: string) {
  const data = { postId, authorId, authorPosts: { count: 0, version: 2 } }
  return makeEvent(events.postDeleted, { subject: postId, version: 2, data })
}
