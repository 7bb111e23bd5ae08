import type { Post } from '@daguerre/contracts'
import { copyKey, countsCopy, marksKey } from '@daguerre/copies/copies'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorld } from './world.ts'

type World = Awaited<ReturnType<typeof createWorld>>
let world: World
let me: string
let author: string

beforeEach(async () => {
  world = await createWorld()
  me = world.newPerson()
  author = world.newPerson()
  world.setFollow(me, author, true)
})
afterEach(() => world.close())

async function read(): Promise<Post[]> {
  const response = await world.get(me, '/api/v1/feed/home')
  return ((await response.json()) as { items: Post[] }).items
}

test('a post is shown with its author, its counts and what I did', async () => {
  const { id } = world.write(author)
  world.likedBy.set(id, me)
  expect(await read()).toEqual([
    {
      id,
      author: { id: author, username: 'somebody', displayName: 'Somebody', avatar: null },
      caption: '',
      entities: [],
      media: [],
      location: null,
      audience: 'public',
      counts: { likes: 3, comments: 1 },
      viewer: { liked: true, saved: false },
      state: 'published',
      createdAt: '2026-01-01T00:00:00.000Z',
      editedAt: null,
    },
  ])
})

test('an edit is seen as soon as its event has come, also when it comes twice and an older one after it', async () => {
  const post = world.write(author)
  const created = world.created(post)
  await read()
  const first = world.edit(post, 'first')
  const second = world.edit(post, 'second')
  for (const event of [second, first, second, created]) await world.deliver('post', event)
  expect((await read())[0]?.caption).toBe('second')
})

test('an answer of post that was on its way when the edit came is not kept', async () => {
  const post = world.write(author)
  let edited: Promise<unknown> | undefined
  world.before.documents = async () => {
    edited = world.deliver('post', world.edit(post, 'edited'))
    await edited
  }
  await read()
  expect((await read())[0]?.caption).toBe('edited')
})

test('a deleted post is gone with its event, and stays gone when an old answer comes after it', async () => {
  const post = world.write(author)
  world.before.documents = async () => {
    await world.deliver('post', world.remove(post))
  }
  await read()
  expect(await read()).toEqual([])
})

test('what interaction knows to be deleted when it is asked is not shown', async () => {
  const post = world.write(author)
  world.deletedEarly.add(post.id)
  expect(await read()).toEqual([])
})

test('a page that was shown before asks nobody', async () => {
  for (let index = 0; index < 3; index++) world.write(index === 0 ? me : author)
  const first = await read()
  for (const name of ['user', 'post', 'interaction']) world.dapr.down.add(name)
  const response = await world.get(me, '/api/v1/feed/home')
  expect(response.headers.get('daguerre-degraded')).toBeNull()
  expect(((await response.json()) as { items: Post[] }).items).toEqual(first)
})

test('who likes a post sees it at once, with its counts, and is asked about it alone', async () => {
  const [liked, other] = [world.write(author), world.write(author)]
  await read()
  await world.holds.during([copyKey.mark(me, liked.id)], async () => {
    world.likes.set(liked.id, 4)
    world.likedBy.set(liked.id, me)
  })
  const asked = world.askedStates.length
  expect(await read()).toMatchObject([
    { id: other.id, counts: { likes: 3 } },
    { id: liked.id, counts: { likes: 4 }, viewer: { liked: true } },
  ])
  expect(world.askedStates.slice(asked)).toEqual([[liked.id]])
})

test('a post that nobody has seen yet comes with its counts, and interaction is not asked; newer ones stay', async () => {
  world.write(author)
  await read()
  const [told, counted] = [world.write(author), world.write(author)]
  for (const post of [told, counted]) {
    world.told.set(post.id, { likes: 7, comments: 0, version: 5 })
    await world.deliver('post', world.created(post))
  }
  await world.copies.keep([countsCopy(counted.id, { likes: 8, comments: 0, version: 6 })])
  const asked = world.askedStates.length
  const shown = [
    { id: counted.id, counts: { likes: 8 } },
    { id: told.id, counts: { likes: 7 } },
  ]
  expect((await read()).slice(0, 2)).toMatchObject(shown)
  expect((await read()).slice(0, 2)).toMatchObject(shown)
  expect(world.askedStates.slice(asked)).toEqual([])
})

test('of a post that nobody has seen yet only its counts are asked for, and of one that others have seen nothing', async () => {
  world.write(author)
  await read()
  const [unseen, seen] = [world.write(author), world.write(author)]
  for (const post of [unseen, seen]) await world.deliver('post', world.created(post))
  world.posts.splice(world.posts.indexOf(unseen), 1)
  await world.app.request('/api/v1/feed?limit=1')
  world.posts.push(unseen)
  const asked = world.askedStates.length
  expect((await read()).map(({ viewer }) => viewer)).toEqual([1, 2, 3].map(() => ({ liked: false, saved: false })))
  expect(world.askedStates.slice(asked)).toEqual([[unseen.id]])
})

test('an answer of interaction from before a like is not shown after it', async () => {
  const post = world.write(author)
  world.before.states = async () => {
    await world.holds.during([copyKey.mark(me, post.id)], async () => {
      world.likedBy.set(post.id, me)
    })
  }
  expect(await read()).toMatchObject([{ viewer: { liked: false } }])
  expect(await read()).toMatchObject([{ viewer: { liked: true } }])
})

test('who is not signed in needs no more than counts, of which interaction is asked once', async () => {
  const post = world.write(author)
  for (let time = 0; time < 2; time++) {
    const response = await world.app.request('/api/v1/feed?limit=1')
    expect(((await response.json()) as { items: Post[] }).items).toMatchObject([
      { id: post.id, counts: { likes: 3, comments: 1 }, viewer: null },
    ])
  }
  expect(world.askedStates).toEqual([[post.id]])
})

test('a post of which is told again when Redis has lost all has its counts, not those of a new one', async () => {
  const post = world.write(author)
  const created = world.created(post)
  await world.deliver('post', created)
  await read()
  await world.redis.del(copyKey.counts(post.id), marksKey(me))
  await world.deliver('post', created)
  expect(await read()).toMatchObject([{ counts: { likes: 3, comments: 1 } }])
})

test('without interaction what is known is shown, and said to be less', async () => {
  const [known, unknown] = [world.write(author), world.write(author)]
  world.posts.pop()
  await read()
  world.posts.push(unknown)
  world.dapr.down.add('interaction')
  const response = await world.get(me, '/api/v1/feed?limit=2')
  expect(response.headers.get('daguerre-degraded')).toBe('interaction')
  expect(((await response.json()) as { items: Post[] }).items).toMatchObject([
    { id: unknown.id, counts: null, viewer: { liked: false, saved: false } },
    { id: known.id, counts: { likes: 3 }, viewer: { saved: false } },
  ])
})

test('where its author has hidden how many like it they alone are told, from the event on, asked of post or copied', async () => {
  const [hidden, mine, other] = [world.write(author), world.write(me), world.write(author)]
  await read()
  async function likesFor(viewerId: string | null): Promise<unknown[]> {
    const path = '/api/v1/feed?limit=3'
    const response = await (viewerId === null ? world.app.request(path) : world.get(viewerId, path))
    const { items } = (await response.json()) as { items: Post[] }
    return items.map(({ counts, likesHidden }) => [counts?.likes, counts?.comments, likesHidden])
  }
  const [shown, withheld] = [
    [3, 1, undefined],
    [null, 1, true],
  ]
  for (const post of [hidden, mine]) await world.deliver('post', world.edit(post, '', { likesHidden: true }))
  expect([other.id, mine.id, hidden.id]).toEqual((await read()).map(({ id }) => id))
  for (const isDown of [false, true]) {
    if (isDown) world.dapr.down.add('interaction')
    expect(await likesFor(me)).toEqual([shown, [3, 1, true], withheld])
    expect(await likesFor(author)).toEqual([shown, withheld, [3, 1, true]])
    expect(await likesFor(null)).toEqual([shown, withheld, withheld])
    expect((await read()).map(({ counts }) => counts?.likes)).toEqual([3, 3, null])
  }
})

test('a new name is shown with its event, an older one that comes later is not', async () => {
  world.write(author)
  await read()
  const first = world.rename(author, 'First')
  const second = world.rename(author, 'Second')
  for (const event of [second, first]) await world.deliver('user', event)
  expect((await read())[0]?.author.displayName).toBe('Second')
})

test('who edits or deletes the own post, or takes another name, sees it before any event has come', async () => {
  const [edited, deleted] = [world.write(me), world.write(me)]
  expect(await read()).toHaveLength(2)
  const changed = [copyKey.post(edited.id), copyKey.post(deleted.id), copyKey.person(me)]
  await world.holds.during(changed, async () => {
    world.edit(edited, 'at once')
    world.remove(deleted)
    world.rename(me, 'Anew')
  })
  expect(await read()).toMatchObject([{ id: edited.id, caption: 'at once', author: { displayName: 'Anew' } }])
  world.dapr.down.add('post')
  expect(await read()).toMatchObject([{ id: edited.id, caption: 'at once' }])
})
