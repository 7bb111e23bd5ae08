import { events, type Post } from '@daguerre/contracts'
import type { Viewer } from '@daguerre/kit/http'
import { asSidecar } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

function edit(post: Post, as: Viewer, body: object) {
  return world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, { as, body })
}

/** A post with a tag of its own, which five people like. */
async function likedPost(author: Viewer, fields: object = {}) {
  const tag = `t${author.id.replaceAll('-', '')}`
  const post = await world.createPost(author, { caption: `#${tag}`, ...fields })
  await world.counted(post.id, { likes: 5, comments: 2, version: 1 })
  world.states.set(post.id, { counts: { likes: 5, comments: 2 }, likedBy: new Set() })
  return { post, paths: [`/api/v1/posts/${post.id}`, `/api/v1/users/${author.id}/posts`, `/api/v1/tags/${tag}/posts`] }
}

/** What each of these paths says of likes. */
async function likesAt(paths: readonly string[], as?: Viewer): Promise<unknown[]> {
  const said = []
  for (const path of paths) {
    const { body } = await world.send<Post & { items?: Post[] }>('GET', path, { as })
    said.push((body.items?.[0] ?? body).counts?.likes)
  }
  return said
}

test.each(['from the beginning', 'later'])(
  'likes that are hidden %s are counted for their author alone, on every route, whoever has looked before',
  async (when) => {
    const [louise, nadar] = [world.person(), world.person()]
    const isLater = when === 'later'
    const { post, paths } = await likedPost(louise, isLater ? {} : { likesHidden: true })
    if (isLater) {
      for (const as of [undefined, nadar]) expect(await likesAt(paths, as)).toEqual([5, 5, 5])
      expect((await edit(post, louise, { likesHidden: true })).body).toMatchObject({
        likesHidden: true,
        editedAt: null,
      })
    }
    // At once, while it is held, from the copy, and with interaction away.
    for (const away of [[], [], ['interaction']]) {
      for (const name of away) world.dapr.down.add(name)
      expect(await likesAt(paths, louise)).toEqual([5, 5, 5])
      for (const as of [undefined, nadar]) expect(await likesAt(paths, as)).toEqual([null, null, null])
    }
    world.dapr.down.delete('interaction')
    const { body } = await world.send<Post>('GET', paths[0]!, { as: nadar })
    expect(body).toMatchObject({ likesHidden: true, counts: { likes: null, comments: 2 } })
    // What interaction tells of later is for the author too.
    await world.counted(post.id, { likes: 6, comments: 2, version: 2 })
    expect([await likesAt(paths, nadar), await likesAt(paths, louise)]).toEqual([
      [null, null, null],
      [6, 6, 6],
    ])
    expect((await edit(post, louise, { likesHidden: false })).body).not.toHaveProperty('likesHidden')
    expect(await likesAt(paths, nadar)).toEqual([6, 6, 6])
  },
)

test('a viewer of whom interaction alone knows what they did is told no number either', async () => {
  const [louise, nadar] = [world.person(), world.person()]
  const { post, paths } = await likedPost(louise, { likesHidden: true })
  world.states.set(post.id, { counts: { likes: 7, comments: 0 }, likedBy: new Set([nadar.id]) })
  const { body } = await world.send<Post>('GET', paths[0]!, { as: nadar })
  expect([body.viewer?.liked, body.counts?.likes]).toEqual([true, null])
})

test('all who hear of the post are told, what changes nothing is no change, and others do not hide', async () => {
  const louise = world.person()
  const post = await world.createPost(louise, { likesHidden: true })
  expect(post).toMatchObject({ likesHidden: true, counts: { likes: 0 } })
  await edit(post, louise, { likesHidden: true })
  await edit(post, louise, { likesHidden: false })
  await edit(post, louise, { likesHidden: true, commentsOff: true })
  const told = await world.eventsOf(post.id)
  expect(told.map(({ type, version, data }) => [type, Number(version), data['likesHidden']])).toEqual([
    [events.postCreated.type, 1, true],
    [events.postUpdated.type, 2, false],
    [events.postUpdated.type, 3, true],
  ])
  const refs = await world.app.request('/internal/posts/refs', {
    method: 'POST',
    headers: asSidecar(world.config),
    body: JSON.stringify({ ids: [post.id] }),
  })
  expect(await refs.json()).toMatchObject({ items: [{ id: post.id, likesHidden: true, version: 3 }] })
  const exported = await world.ask('/internal/personal-data', {
    userId: louise.id,
    section: 'posts',
    after: null,
    limit: 10,
  })
  expect(exported.body).toMatchObject({ items: [{ id: post.id, likesHidden: true }] })
  for (const likesHidden of ['yes', null]) expect((await edit(post, louise, { likesHidden })).status).toBe(422)
  expect((await edit(post, world.person(), { likesHidden: false })).status).toBe(403)
})
