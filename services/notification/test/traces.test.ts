import { randomUUID } from 'node:crypto'
import { events, makeEvent } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  commentDeletedEvent,
  commentEvent,
  createStage,
  followEvent,
  likeEvent,
  type Person,
  postDeletedEvent,
  postEvent,
} from './stage.ts'

type Stage = Awaited<ReturnType<typeof createStage>>
let stage: Stage
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

let serial = 0
function person(name: string): Person {
  return stage.person(`${name}${++serial}`)
}

/** Which collections hold a text anywhere. */
async function collectionsWith(text: string): Promise<string[]> {
  const found = []
  for (const [name, collection] of Object.entries(stage.collections)) {
    const documents = (await collection.find({}).toArray()) as unknown[]
    if (documents.some((document) => JSON.stringify(document).includes(text))) found.push(name)
  }
  return found.toSorted()
}

function leftEvent({ id }: Person) {
  const data = { userId: id, at: new Date().toISOString() }
  return makeEvent(events.accountDeleted, { subject: id, version: 2, data })
}

function saying<E extends { data: object }>(event: E, words: object): E {
  return { ...event, data: { ...event.data, ...words } }
}

test('of a deleted post no word, picture or name is kept, in any order of what is heard of it', async () => {
  const [louise, nadar] = [person('louise'), person('nadar')]
  const postId = randomUUID()
  const marker = `w${randomUUID()}`
  stage.followers.set(louise.id, [nadar.id, person('a').id, person('b').id])
  const told = [
    ['post', saying(postEvent(postId, louise, [{ username: nadar.username, userId: nadar.id }]), { caption: marker })],
    ['interaction', likeEvent(postId, louise, nadar)],
    ['interaction', saying(commentEvent(postId, louise, nadar), { text: marker })],
  ] as const
  for (const [source, event] of told) expect(await stage.deliver(source, event)).toBe('SUCCESS')
  expect(await collectionsWith(marker)).toEqual(['announcements', 'entries', 'groups'])
  expect(await stage.list(louise)).toHaveLength(2)
  const stillThere = randomUUID()
  await stage.deliver('post', postEvent(stillThere, louise))

  await stage.deliver('post', postDeletedEvent(postId, louise))
  for (const round of [1, 2]) {
    expect(await collectionsWith(marker), `round ${round}`).toEqual([])
    // That it is gone: for live streams, and for what comes late.
    expect(await collectionsWith(postId), `round ${round}`).toEqual(['groups', 'posts'])
    const left = await stage.collections.groups.find({ postId }).toArray()
    for (const group of left) expect(group).toMatchObject({ live: false, text: null, actors: [], actorCount: 0 })
    for (const [source, event] of told) expect(await stage.deliver(source, event)).toBe('SUCCESS')
    await stage.announceWaiting()
  }
  expect(await stage.list(louise)).toEqual([])
  expect((await stage.list(nadar)).map((group) => group.post?.id)).toEqual([stillThere])
})

test('of a deleted comment nothing but its tombstone is kept', async () => {
  const [louise, nadar] = [person('louise'), person('nadar')]
  const [postId, commentId] = [randomUUID(), randomUUID()]
  const marker = `w${randomUUID()}`
  const said = saying(commentEvent(postId, louise, nadar, { commentId }), { text: marker })
  await stage.deliver('interaction', said)
  await stage.deliver('interaction', commentDeletedEvent(commentId, postId, louise, nadar))
  await stage.deliver('interaction', said)
  expect(await collectionsWith(marker)).toEqual([])
  expect(await collectionsWith(commentId)).toEqual(['commentTombstones', 'groups'])
})

test('a letter about a deleted post goes with it', async () => {
  const louise = person('louise')
  const postId = randomUUID()
  await stage.deliverTogether('post', [saying(postEvent(postId, louise), { createdAt: 'never' })])
  expect(await collectionsWith(postId)).toEqual(['deadLetters'])
  await stage.deliver('post', postDeletedEvent(postId, louise))
  expect(await collectionsWith(postId)).toEqual(['posts'])
})

test('who has left is told of nothing, told about to nobody, and not brought back by what comes late', async () => {
  const [louise, nadar, daguerre] = [person('louise'), person('nadar'), person('daguerre')]
  const postId = randomUUID()
  const told = [
    ['user', followEvent(louise, nadar)],
    ['user', followEvent(daguerre, nadar)],
    ['user', followEvent(nadar, louise)],
    ['interaction', likeEvent(postId, nadar, louise)],
    ['interaction', likeEvent(postId, nadar, daguerre)],
    ['interaction', commentEvent(postId, nadar, louise)],
    ['interaction', commentEvent(postId, louise, nadar)],
    [
      'user',
      makeEvent(events.muted, {
        subject: `${louise.id}:${daguerre.id}`,
        version: 1,
        data: { muterId: louise.id, mutedId: daguerre.id, until: null },
      }),
    ],
    [
      'user',
      makeEvent(events.muted, {
        subject: `${daguerre.id}:${louise.id}`,
        version: 1,
        data: { muterId: daguerre.id, mutedId: louise.id, until: null },
      }),
    ],
  ] as const
  for (const [source, event] of told) expect(await stage.deliver(source, event)).toBe('SUCCESS')
  await stage.request(louise, '/api/v1/notifications/preferences', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kinds: { liked: { push: false } } }),
  })
  await stage.request(louise, '/api/v1/notifications/push', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      endpoint: 'https://push.example.net/louise',
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    }),
  })
  expect(await collectionsWith(louise.id)).toEqual(['entries', 'groups', 'mutes', 'preferences', 'subscriptions'])

  await stage.deliver('auth', leftEvent(louise))
  await stage.erase()
  for (const round of [1, 2]) {
    expect(await collectionsWith(louise.id), `round ${round}`).toEqual(
      round === 1 ? ['departed'] : ['departed', 'groups'],
    )
    const shown = (await stage.list(nadar)).flatMap((group) => group.actors.map(({ id }) => id))
    expect(new Set(shown)).toEqual(new Set([daguerre.id]))
    for (const [source, event] of told) expect(await stage.deliver(source, event)).toBe('SUCCESS')
  }
  // Groups that were made for what came late say nothing, and go with the next pass.
  expect(await stage.collections.groups.countDocuments({ recipientId: louise.id, live: true })).toBe(0)
  stage.pass(60)
  await stage.erase()
  expect(await collectionsWith(louise.id)).toEqual(['departed'])
})

test('half of an erasure that a crash left is done by who takes it up', async () => {
  const [louise, nadar] = [person('louise'), person('nadar')]
  const postId = randomUUID()
  await stage.deliver('interaction', likeEvent(postId, nadar, louise))
  await stage.deliver('auth', leftEvent(louise))
  // Died after the entries were marked, before their groups were counted.
  await stage.collections.entries.updateMany({ actorId: louise.id }, { $set: { removed: true } })
  await stage.collections.departed.updateOne(
    { _id: louise.id },
    { $set: { dueAt: new Date(stage.now().getTime() + 60_000) } },
  )
  await stage.erase()
  expect(await stage.list(nadar)).toHaveLength(1)
  stage.pass(61)
  await stage.erase()
  expect(await stage.list(nadar)).toEqual([])
  expect(await collectionsWith(louise.id)).toEqual(['departed'])
})
