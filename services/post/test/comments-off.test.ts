import { events, type Post } from '@daguerre/contracts'
import { asSidecar } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

function edit(post: Post, as: Awaited<ReturnType<World['person']>>, body: object) {
  return world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, { as, body })
}

test('comments are off from the beginning or by an edit, are on again, and all who show or hear of the post know it', async () => {
  const louise = world.person()
  const post = await world.createPost(louise, { caption: 'Quiet', commentsOff: true })
  expect(post.commentsOff).toBe(true)
  const path = `/api/v1/posts/${post.id}`
  expect((await world.send<Post>('GET', path, {})).body.commentsOff).toBe(true)
  const on = await edit(post, louise, { commentsOff: false })
  expect([on.status, on.body.editedAt]).toEqual([200, null])
  expect(on.body).not.toHaveProperty('commentsOff')
  expect((await world.send<Post>('GET', path, {})).body).not.toHaveProperty('commentsOff')
  // Again changes nothing.
  await edit(post, louise, { commentsOff: false })
  await edit(post, louise, { commentsOff: true })
  const told = await world.eventsOf(post.id)
  expect(
    told.map(({ type, version, data }) => [type, Number(version), (data as { commentsOff: boolean }).commentsOff]),
  ).toEqual([
    [events.postCreated.type, 1, true],
    [events.postUpdated.type, 2, false],
    [events.postUpdated.type, 3, true],
  ])
  const refs = await world.app.request('/internal/posts/refs', {
    method: 'POST',
    headers: asSidecar(world.config),
    body: JSON.stringify({ ids: [post.id] }),
  })
  expect(await refs.json()).toMatchObject({ items: [{ id: post.id, commentsOff: true, version: 3 }] })
  for (const commentsOff of ['yes', null]) expect((await edit(post, louise, { commentsOff })).status).toBe(422)
  expect((await edit(post, world.person(), { commentsOff: false })).status).toBe(403)
})

test('who does not let the author mention them is named in plain text, in a new caption and in an edited one', async () => {
  const [louise, nadar, niepce] = [world.person(), world.person(), world.person()]
  world.unmentioned.add(`${louise.id}:${nadar.id}`)
  const post = await world.createPost(louise, { caption: `@${nadar.username} and @${niepce.username}` })
  expect(post.entities).toMatchObject([{ userId: null }, { userId: niepce.id }])
  const edited = await edit(post, louise, { caption: `Once more @${nadar.username}` })
  expect(edited.body.entities).toMatchObject([{ userId: null }])
})
