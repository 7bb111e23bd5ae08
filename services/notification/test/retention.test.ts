import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage, likeEvent } from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage

beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

test('a notification is forgotten with all it was counted from when nothing new came for so long; newer ones stay', async () => {
  const [author, a, b] = ['author', 'a', 'b'].map((name) => stage.person(name))
  const [old, revived] = [randomUUID(), randomUUID()]
  const days = 86_400
  for (const postId of [old, revived]) await stage.deliver('interaction', likeEvent(postId, author!, a!))
  stage.pass(181 * days)
  const [entry] = await stage.collections.entries.find({ postId: revived }).toArray()
  await stage.deliver('interaction', likeEvent(revived, author!, b!, 1, stage.now().toISOString()))
  await stage.prune()
  expect((await stage.list(author!)).map(({ post, actorCount }) => [post?.id, actorCount])).toEqual([[revived, 2]])
  expect(await stage.collections.entries.countDocuments({ postId: old })).toBe(0)
  expect(await stage.collections.groups.countDocuments({ postId: old })).toBe(0)
  expect(await stage.collections.entries.findOne({ _id: entry!._id })).not.toBeNull()
  expect(await stage.unread(author!)).toBe(1)
})
