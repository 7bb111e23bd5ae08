import type { Post } from '@daguerre/contracts'
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
  expect(await read()).toEqual([
    {
      id,
      author: { id: author, username: 'somebody', displayName: 'Somebody', avatar: null },
      caption: '',
      entities: [],
      media: [],
      location: null,
      counts: { likes: 3, comments: 1 },
      viewer: { liked: me < id, saved: false },
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

test('what interaction knows to be deleted is not shown, though feed has a copy', async () => {
  const post = world.write(author)
  expect(await read()).toHaveLength(1)
  world.deletedEarly.add(post.id)
  expect(await read()).toEqual([])
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
  world.edit(edited, 'at once')
  world.remove(deleted)
  world.rename(me, 'Anew')
  expect(await read()).toMatchObject([{ id: edited.id, caption: 'at once', author: { displayName: 'Anew' } }])
  world.dapr.down.add('post')
  expect(await read()).toMatchObject([{ id: edited.id, caption: 'at once' }])
})
