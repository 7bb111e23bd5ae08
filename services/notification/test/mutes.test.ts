import { randomUUID } from 'node:crypto'
import { events, makeEvent } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage, followEvent, likeEvent, type Person, postEvent } from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage

beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

let serial = 0
function people(): [Person, Person, Person] {
  serial++
  return ['me', 'loud', 'quiet'].map((name) => stage.person(`${name}${serial}`)) as [Person, Person, Person]
}

const aMinuteAgo = Date.now() - 60_000
function atSecond(second: number): Date {
  return new Date(aMinuteAgo + second * 1000)
}

function muteEvent(muter: Person, muted: Person, version: number, at: Date, until: Date | null = null) {
  const event = makeEvent(events.muted, {
    subject: `${muter.id}:${muted.id}`,
    version,
    data: { muterId: muter.id, mutedId: muted.id, until: until?.toISOString() ?? null },
  })
  return { ...event, time: at.toISOString() }
}

function unmuteEvent(muter: Person, muted: Person, version: number, at: Date) {
  const event = makeEvent(events.unmuted, {
    subject: `${muter.id}:${muted.id}`,
    version,
    data: { muterId: muter.id, mutedId: muted.id },
  })
  return { ...event, time: at.toISOString() }
}

function restrictionEvent(
  type: 'restricted' | 'unrestricted',
  owner: Person,
  restricted: Person,
  version: number,
  at: Date,
) {
  const event = makeEvent(events[type], {
    subject: `${owner.id}:${restricted.id}`,
    version,
    data: { ownerId: owner.id, restrictedId: restricted.id },
  })
  return { ...event, time: at.toISOString() }
}

function likeAt(postId: string, author: Person, who: Person, at: Date, version = 1) {
  const event = likeEvent(postId, author, who)
  return { ...event, version, data: { ...event.data, at: at.toISOString() } }
}

async function actors(person: Person): Promise<string[][]> {
  return (await stage.list(person)).map((group) => group.actors.map(({ id }) => id))
}

/** Every order of three things. */
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
]

test.each(orders)(
  'what somebody does while they are muted is not told, in whatever order it is heard of: %i %i %i',
  async (...order) => {
    const [me, loud, quiet] = people()
    const postId = randomUUID()
    const heard = [
      () => stage.deliver('user', muteEvent(me, loud, 1, atSecond(1))),
      () => stage.deliver('interaction', likeAt(postId, me, loud, atSecond(2))),
      () => stage.deliver('interaction', likeAt(postId, me, quiet, atSecond(3))),
    ]
    for (const index of order) expect(await heard[index]!()).toBe('SUCCESS')
    for (const again of heard) await again()
    expect(await actors(me)).toEqual([[quiet.id]])
    expect(await stage.unread(me)).toBe(1)
  },
)

test('what they did before stays, and what they do afterwards is told; what was not told meanwhile stays so', async () => {
  const [me, loud] = people()
  const [before, meanwhile, afterwards] = [randomUUID(), randomUUID(), randomUUID()]
  const heard = [
    () => stage.deliver('interaction', likeAt(before, me, loud, atSecond(0))),
    () => stage.deliver('user', muteEvent(me, loud, 1, atSecond(1))),
    () => stage.deliver('interaction', likeAt(meanwhile, me, loud, atSecond(2))),
    () => stage.deliver('user', unmuteEvent(me, loud, 2, atSecond(3))),
    () => stage.deliver('interaction', likeAt(afterwards, me, loud, atSecond(4))),
  ]
  for (const hear of heard) await hear()
  const told = [afterwards, before]
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual(told)
  // A replay, and the other way round.
  for (const hear of [...heard, ...heard.toReversed()]) await hear()
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual(told)
  // The same again, done anew.
  await stage.deliver('interaction', likeAt(meanwhile, me, loud, atSecond(5), 3))
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual([meanwhile, ...told])
})

test('a mute with an end ends by itself', async () => {
  const [me, loud] = people()
  const [meanwhile, afterwards] = [randomUUID(), randomUUID()]
  await stage.deliver('user', muteEvent(me, loud, 1, atSecond(1), atSecond(3)))
  await stage.deliver('interaction', likeAt(meanwhile, me, loud, atSecond(2)))
  await stage.deliver('interaction', likeAt(afterwards, me, loud, atSecond(4)))
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual([afterwards])
})

test('posts of somebody who is muted are announced to the others alone, whichever is heard of first', async () => {
  for (const isMutedFirst of [true, false]) {
    const [me, loud, quiet] = people()
    stage.followers.set(loud.id, [me.id, quiet.id])
    const muted = muteEvent(me, loud, 1, atSecond(1))
    const event = postEvent(randomUUID(), loud)
    const posted = { ...event, data: { ...event.data, createdAt: atSecond(2).toISOString() } }
    for (const hear of isMutedFirst ? [muted, posted] : [posted, muted]) {
      await stage.deliver(hear === muted ? 'user' : 'post', hear)
    }
    await stage.announceWaiting()
    expect(await stage.list(me)).toEqual([])
    expect(await stage.list(quiet)).toHaveLength(1)
  }
})

test('a new follower who is muted is not told of, and is no less a follower', async () => {
  const [me, loud] = people()
  await stage.deliver('user', muteEvent(me, loud, 1, atSecond(1)))
  await stage.deliver('user', followEvent(loud, me, 1, atSecond(2).toISOString()))
  expect(await stage.list(me)).toEqual([])
})

test('a restriction silences as a mute does, beside one and by its own time, whatever the order', async () => {
  const [me, loud] = people()
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
  const heard = [
    ['user', restrictionEvent('restricted', me, loud, 1, atSecond(1))],
    ['user', muteEvent(me, loud, 1, atSecond(1))],
    ['interaction', likeAt(first, me, loud, atSecond(2))],
    ['user', unmuteEvent(me, loud, 2, atSecond(3))],
    ['interaction', likeAt(second, me, loud, atSecond(4))],
    ['user', restrictionEvent('unrestricted', me, loud, 2, atSecond(5))],
    ['interaction', likeAt(third, me, loud, atSecond(6))],
  ] as const
  for (const [topic, event] of heard) expect(await stage.deliver(topic, event)).toBe('SUCCESS')
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual([third])
  for (const [topic, event] of [...heard, ...heard.toReversed()]) await stage.deliver(topic, event)
  expect((await stage.list(me)).map(({ post }) => post?.id)).toEqual([third])
  expect(await stage.unread(me)).toBe(1)
})

test('a comment that its reader has let through is not told to them, but to whom it mentions', async () => {
  const [me, loud, quiet] = people()
  const [postId, commentId] = [randomUUID(), randomUUID()]
  const event = makeEvent(events.commentCreated, {
    subject: commentId,
    version: 1,
    data: {
      ...{
        commentId,
        postId,
        postAuthorId: me.id,
        parentId: null,
        repliedToId: null,
        authorId: loud.id,
        released: true,
      },
      text: `@${quiet.username}`,
      entities: [
        { type: 'mention', start: 0, end: quiet.username.length + 1, username: quiet.username, userId: quiet.id },
      ],
      at: atSecond(1).toISOString(),
    },
  })
  expect(await stage.deliver('interaction', event)).toBe('SUCCESS')
  expect(await stage.list(me)).toEqual([])
  expect(await actors(quiet)).toEqual([[loud.id]])
})
