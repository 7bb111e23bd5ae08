import { randomUUID } from 'node:crypto'
import { copyKey } from '@daguerre/copies/copies'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage, likeEvent, type Person, postEvent } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

let serial = 0
function person(): Person {
  return stage.person(`seen${++serial}`)
}

function postFor(audience: 'public' | 'followers' | 'close_friends' | 'only_me', author: Person, mentioned: Person[]) {
  const event = postEvent(randomUUID(), author)
  const entities = mentioned.map(({ id, username }, index) => ({
    type: 'mention' as const,
    ...{ start: index * 2, end: index * 2 + 1, username, userId: id },
  }))
  return { ...event, data: { ...event.data, audience, entities } }
}

async function toldOf(who: Person): Promise<string[]> {
  return (await stage.list(who)).map(({ kind, post }) => `${kind} ${post?.id}`).toSorted()
}

test.each([
  ['public', ['follower', 'friend', 'stranger']],
  ['followers', ['follower', 'friend']],
  ['close_friends', ['friend']],
  ['only_me', []],
] as const)(
  'a post for %s is told to those followers, and its mentions to those people, whom it is for',
  async (audience, tells) => {
    const [author, follower, friend, stranger] = [person(), person(), person(), person()]
    stage.followers.set(author.id, [follower.id, friend.id])
    stage.closeFriends.set(author.id, [friend.id])
    const event = postFor(audience, author, [follower, friend, stranger])
    await stage.deliver('post', event)
    await stage.announceWaiting()
    for (const [name, who] of Object.entries({ follower, friend, stranger })) {
      const isTold = tells.some((told) => told === name)
      const id = event.data.postId
      const expected = isTold ? [`mentioned ${id}`, ...(name === 'stranger' ? [] : [`posted ${id}`])] : []
      expect([name, await toldOf(who)]).toEqual([name, expected])
      expect(await stage.unread(who)).toBe(expected.length)
    }
  },
)

test('what was told is not shown, nor counted once it was looked for, when it may not be seen any more; and is there again when it may', async () => {
  const [author, reader] = [person(), person()]
  stage.followers.set(author.id, [reader.id])
  const event = postFor('public', author, [reader])
  await stage.deliver('post', event)
  await stage.announceWaiting()
  expect(await toldOf(reader)).toHaveLength(2)
  const narrower = { ...event, type: 'daguerre.post.updated.v1', version: event.version + 1 }
  await stage.deliver('post', { ...narrower, data: { ...event.data, audience: 'only_me' as const } })
  expect(await toldOf(reader)).toEqual([])
  expect(await stage.unread(reader)).toBe(0)
  await stage.deliver('post', { ...narrower, version: event.version + 2, data: event.data })
  expect(await toldOf(reader)).toHaveLength(2)
  // A moderator hides it, and shows it again.
  await stage.deliver('post', { ...narrower, version: event.version + 3, data: { ...event.data, hidden: true } })
  expect(await toldOf(reader)).toEqual([])
  await stage.deliver('post', { ...narrower, version: event.version + 4, data: event.data })
  expect(await toldOf(reader)).toHaveLength(2)
})

test('of a block and of closed accounts nothing is shown that they did, and others in the same group are', async () => {
  const [me, blocked, blocker, closed, other] = [person(), person(), person(), person(), person()]
  const [post, second] = [randomUUID(), randomUUID()]
  for (const who of [blocked, blocker, closed, other]) await stage.deliver('interaction', likeEvent(post, me, who))
  for (const who of [blocked, closed]) await stage.deliver('interaction', likeEvent(second, me, who))
  expect(await stage.list(me)).toHaveLength(2)
  stage.blocks.add(`${me.id}:${blocked.id}`)
  stage.blocks.add(`${blocker.id}:${me.id}`)
  stage.accounts.set(closed.id, 'closed')
  await stage.redis.del(copyKey.person(closed.id), copyKey.relations(me.id))
  const shown = await stage.list(me)
  expect(shown.map(({ post: of, actors }) => [of?.id, actors.map(({ id }) => id)])).toEqual([[post, [other.id]]])
})
