import { copyKey } from '@daguerre/copies/copies'
import type { Post } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

/** A post that somebody has looked at, who finds it in the database. */
async function shownPost() {
  const author = world.person()
  const post = await world.createPost(author)
  await world.send('GET', `/api/v1/posts/${post.id}`)
  world.dapr.reset()
  return { author, post, path: `/api/v1/posts/${post.id}` }
}

test('a post that was seen lately asks neither the database nor anybody', async () => {
  const { post, path } = await shownPost()
  await query(world.fork(), `update post set caption = 'not by any verb' where id = $1`, [post.id])
  const answer = await world.send<Post>('GET', path.toUpperCase().replace('/API/V1/POSTS', '/api/v1/posts'))
  expect(answer.body).toEqual({ ...post, counts: { likes: 0, comments: 0 }, viewer: null })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('daguerre-degraded')).toBeNull()
  expect(world.dapr.calls.invoke).toEqual({})
})

test('counts that interaction tells of are copied in place of older ones, and not in place of newer ones', async () => {
  const { post, path } = await shownPost()
  async function likes(): Promise<number | null | undefined> {
    return (await world.send<Post>('GET', path)).body.counts?.likes
  }
  await world.counted(post.id, { likes: 2, comments: 0, version: 2 })
  // Redis is lost with what interaction wrote there, and a page copies what is known here.
  await world.shared.redis.del(copyKey.counts(post.id), copyKey.post(post.id))
  expect(await likes()).toBe(2)
  await world.told(post.id, { likes: 3, comments: 0, version: 3 })
  expect(await likes()).toBe(3)
  await world.shared.redis.del(copyKey.counts(post.id), copyKey.post(post.id))
  await world.told(post.id, { likes: 2, comments: 0, version: 2 })
  expect(await likes()).toBe(3)
  expect(world.dapr.calls.invoke).toEqual({})
})

test('everybody sees an edit and a deletion at once, before any event of them', async () => {
  const { author, path } = await shownPost()
  await world.send('PATCH', path, { as: author, body: { caption: 'Another' } })
  expect((await world.send<Post>('GET', path)).body.caption).toBe('Another')
  await world.send('DELETE', path, { as: author })
  expect((await world.send('GET', path)).status).toBe(404)
})

test('who takes another name sees it at once on the own posts', async () => {
  const { author, path } = await shownPost()
  await world.shared.holds.during([copyKey.person(author.id)], async () => {
    world.people.set(author.id, { ...world.people.get(author.id)!, displayName: 'Anew' })
  })
  expect((await world.send<Post>('GET', path, { as: author })).body.author.displayName).toBe('Anew')
})

test('while neighbours are away it is shown whole, and what nobody has copied as far as it is known here', async () => {
  const { path } = await shownPost()
  const unseen = await world.createPost(world.person())
  for (const name of ['user', 'interaction']) world.dapr.down.add(name)
  const answers = await Promise.all([path, `/api/v1/posts/${unseen.id}`].map((url) => world.send<Post>('GET', url)))
  world.dapr.down.clear()
  for (const { status, headers, body } of answers) {
    expect([status, headers.get('daguerre-degraded'), body.counts]).toEqual([200, null, { likes: 0, comments: 0 }])
  }
})
