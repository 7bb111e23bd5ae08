import { events, makeEvent, type Post } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { cloudEvent } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

type What = Partial<{ hidden: boolean; sensitive: boolean; removed: boolean }>

function moderate(postId: string, version: number, what: What): Promise<string> {
  const data = { postId, hidden: false, sensitive: false, removed: false, ...what }
  return world.deliver(
    cloudEvent('moderation', makeEvent(events.postModerated, { subject: postId, version, data })),
    'moderation',
  )
}

async function idsOf(path: string, as?: ReturnType<typeof world.person>): Promise<string[]> {
  const { body } = await world.send<{ items: Post[] }>('GET', `/api/v1${path}`, { as })
  return body.items.map(({ id }) => id)
}

async function documentsOf(id: string): Promise<unknown[]> {
  return (await world.ask<{ items: unknown[] }>('/internal/posts/documents', { ids: [id] })).body.items
}

test('what is hidden is there for its author alone, in no list, under no tag and in no count; restored it is as before', async () => {
  const [louise, nadar] = [world.person(), world.person()]
  const tag = `t${newId().slice(-8)}`
  const post = await world.createPost(louise, { caption: `#${tag}` })
  const path = `/api/v1/posts/${post.id}`
  expect((await world.send('GET', path, { as: nadar })).status).toBe(200)
  for (let times = 0; times < 2; times++) expect(await moderate(post.id, 1, { hidden: true })).toBe('SUCCESS')
  await foldCounters(world.fork())
  for (const as of [nadar, undefined]) {
    expect(await world.send('GET', path, { as })).toMatchObject({ status: 404, body: { code: 'post.not_found' } })
    expect(await idsOf(`/users/${louise.username}/posts`, as)).toEqual([])
    expect(await idsOf(`/tags/${tag}/posts`, as)).toEqual([])
  }
  expect((await world.send('PATCH', path, { as: nadar, body: { caption: 'mine' } })).status).toBe(404)
  expect(await documentsOf(post.id)).toEqual([])
  expect((await world.send<Post>('GET', path, { as: louise })).body).toMatchObject({ state: 'hidden', id: post.id })
  expect(await idsOf(`/users/${louise.username}/posts`, louise)).toEqual([post.id])
  expect((await world.ask<{ items: unknown[] }>('/internal/posts/refs', { ids: [post.id] })).body.items).toMatchObject([
    { state: 'processing', version: 2 },
  ])
  expect((await world.eventsOf(post.id)).at(-1)).toMatchObject({
    type: events.postUpdated.type,
    version: '2',
    data: { hidden: true, thumbnailUrl: null, authorPosts: { count: 0 } },
  })

  await moderate(post.id, 2, {})
  await foldCounters(world.fork())
  expect((await world.send<Post>('GET', path, { as: nadar })).body).toMatchObject({ state: 'published' })
  expect(await idsOf(`/tags/${tag}/posts`)).toEqual([post.id])
  expect((await world.eventsOf(post.id)).at(-1)).toMatchObject({ data: { hidden: false, authorPosts: { count: 1 } } })
})

test('of what moderation tells the newest holds, in whatever order it comes', async () => {
  const louise = world.person()
  const post = await world.createPost(louise)
  await moderate(post.id, 3, { sensitive: true })
  await moderate(post.id, 2, { hidden: true })
  await moderate(post.id, 1, {})
  const { body } = await world.send<Post>('GET', `/api/v1/posts/${post.id}`)
  expect(body).toMatchObject({ state: 'published', sensitive: true })
  expect(await world.eventsOf(post.id)).toHaveLength(2)
})

test('sensitive is said of a post to everybody, and of others nothing', async () => {
  const louise = world.person()
  const [marked, other] = [await world.createPost(louise), await world.createPost(louise)]
  await moderate(marked.id, 1, { sensitive: true })
  for (const as of [undefined, louise, world.person()]) {
    const read = [marked, other].map(({ id }) => world.send<Post>('GET', `/api/v1/posts/${id}`, { as }))
    expect((await Promise.all(read)).map(({ body }) => body.sensitive)).toEqual([true, undefined])
  }
})

test('a hidden post can be edited by its author and stays hidden, under its new tags once it is shown again', async () => {
  const louise = world.person()
  const [before, after] = [`b${newId().slice(-8)}`, `a${newId().slice(-8)}`]
  const post = await world.createPost(louise, { caption: `#${before}` })
  await moderate(post.id, 1, { hidden: true })
  const edited = await world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, {
    as: louise,
    body: { caption: `#${after}` },
  })
  expect(edited.body.state).toBe('hidden')
  expect((await world.eventsOf(post.id)).at(-1)).toMatchObject({ data: { hidden: true } })
  expect(await idsOf(`/tags/${after}/posts`)).toEqual([])
  await moderate(post.id, 2, {})
  expect([await idsOf(`/tags/${before}/posts`), await idsOf(`/tags/${after}/posts`)]).toEqual([[], [post.id]])
})

test('what is removed is gone for its author too, and nothing brings it back', async () => {
  const louise = world.person()
  const post = await world.createPost(louise)
  await moderate(post.id, 1, { hidden: true })
  await moderate(post.id, 2, { hidden: true, removed: true })
  await moderate(post.id, 3, {})
  expect((await world.send('GET', `/api/v1/posts/${post.id}`, { as: louise })).status).toBe(404)
  expect((await world.eventsOf(post.id)).at(-1)).toMatchObject({
    type: events.postDeleted.type,
    data: { authorPosts: { count: 0 } },
  })
})

test('an author deletes a hidden post, and it is counted out once', async () => {
  const louise = world.person()
  await world.createPost(louise)
  const post = await world.createPost(louise, { caption: '#gone' })
  await moderate(post.id, 1, { hidden: true })
  expect((await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })).status).toBe(204)
  expect((await world.eventsOf(post.id)).at(-1)).toMatchObject({ data: { authorPosts: { count: 1 } } })
})

test('who may see a post may report it; a moderator may see what is hidden, and nobody what is gone', async () => {
  const [louise, nadar] = [world.person(), world.person()]
  const [shown, hidden] = [await world.createPost(louise, { caption: 'Hello' }), await world.createPost(louise)]
  const waiting = await world.createPost(louise, { media: [{ mediaId: world.photo(louise, 'processing') }] })
  await moderate(hidden.id, 1, { hidden: true })
  async function reportable(viewerId: string | null) {
    const ids = [shown.id, hidden.id, waiting.id, newId()]
    const { body } = await world.ask<{ items: { id: string }[] }>('/internal/reportable-posts', { ids, viewerId })
    return body.items.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }
  expect(await reportable(nadar.id)).toEqual([
    {
      id: shown.id,
      person: { id: louise.id, username: louise.username },
      text: 'Hello',
      images: [`/media/${shown.media[0]!.id}/thumbnail.webp`],
      mediaIds: [shown.media[0]!.id],
      postId: shown.id,
    },
  ])
  expect((await reportable(null)).map(({ id }) => id)).toEqual([shown.id, hidden.id])
})

test('whom a post is not for they cannot report it, and not knowing whether it is is no answer', async () => {
  const author = world.person()
  const [follower, stranger, blocked, blocking] = Array.from({ length: 4 }, () => world.person())
  for (const fan of [follower!, blocked!]) world.follows.add(`${fan.id}:${author.id}`)
  world.blocks.add(`${author.id}:${blocked!.id}`)
  world.blocks.add(`${blocking!.id}:${author.id}`)
  const [open, followers] = [
    await world.createPost(author),
    await world.createPost(author, { audience: 'followers' }),
    await world.createPost(author, { audience: 'only_me' }),
  ]
  async function reportable({ id }: { id: string }) {
    const ids = [open.id, followers.id]
    const question = { ids, viewerId: id }
    const { status, body } = await world.ask<{ items: { id: string }[] }>('/internal/reportable-posts', question)
    return status === 200 ? body.items.map((item) => item.id).toSorted() : status
  }
  expect(await reportable(follower!)).toEqual([open.id, followers.id])
  expect(await reportable(stranger!)).toEqual([open.id])
  expect([await reportable(blocked!), await reportable(blocking!)]).toEqual([[], []])
  await world.emptyCaches()
  world.dapr.down.add('user')
  const answer = await reportable(world.person())
  world.dapr.down.delete('user')
  expect(answer).toBe(503)
})
