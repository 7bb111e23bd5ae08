import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

type Viewer = ReturnType<Fixture['person']>

async function saveMany(viewer: Viewer, count: number): Promise<string[]> {
  const author = at.person()
  const ids = Array.from({ length: count }, () => at.post(author))
  for (const id of ids) expect((await at.request('PUT', `/api/v1/posts/${id}/save`, viewer)).status).toBe(204)
  return ids
}

async function readAll(viewer: Viewer, limit: number): Promise<string[][]> {
  const pages: string[][] = []
  let cursor = ''
  do {
    const { body } = await at.request('GET', `/api/v1/users/me/saved?limit=${limit}${cursor}`, viewer)
    pages.push(body.items.map((item: { id: string }) => item.id))
    cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
  } while (cursor)
  return pages
}

describe('saving a post', () => {
  test('is 204 however often, keeps its place in the list, and is undone with 204 however often', async () => {
    const viewer = at.person()
    const [one, two] = await saveMany(viewer, 2)
    expect((await at.request('PUT', `/api/v1/posts/${one}/save`, viewer)).status).toBe(204)
    expect(await readAll(viewer, 20)).toEqual([[two, one]])
    for (let round = 0; round < 2; round++) {
      expect((await at.request('DELETE', `/api/v1/posts/${two}/save`, viewer)).status).toBe(204)
    }
    expect(await readAll(viewer, 20)).toEqual([[one]])
  })

  test('by the same person at once is one save', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => at.request('PUT', `/api/v1/posts/${postId}/save`, viewer)),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]))
    expect(await at.countRows('saved_post', postId)).toBe(1)
  })

  test('needs somebody signed in, an id, and a post that can be seen', async () => {
    const viewer = at.person()
    for (const method of ['PUT', 'DELETE']) {
      expect((await at.request(method, `/api/v1/posts/${newId()}/save`)).status).toBe(401)
      expect((await at.request(method, `/api/v1/posts/x/save`, viewer)).status).toBe(422)
      expect((await at.request(method, `/api/v1/posts/${newId()}/save`, viewer)).status).toBe(404)
    }
    expect((await at.request('GET', `/api/v1/users/me/saved`)).status).toBe(401)
    expect((await at.request('GET', `/api/v1/users/me/saved?limit=0`, viewer)).status).toBe(422)
  })
})

describe('the saved list', () => {
  test('is of the viewer alone, newest save first, with counts and what the viewer did', async () => {
    const [viewer, other] = [at.person(), at.person()]
    const [one, two] = await saveMany(viewer, 2)
    await at.request('PUT', `/api/v1/posts/${at.post(other)}/save`, other)
    await at.request('POST', `/api/v1/posts/${one}/like`, viewer)
    await at.request('POST', `/api/v1/posts/${one}/like`, other)
    await at.comment(one!, other)
    at.dapr.reset()
    const { body } = await at.request('GET', `/api/v1/users/me/saved`, viewer)
    expect(at.dapr.calls.invoke).toEqual({ post: 1 })
    expect(body.nextCursor).toBeNull()
    expect(body.items).toMatchObject([
      { id: two, counts: { likes: 0, comments: 0 }, viewer: { liked: false, saved: true } },
      { id: one, counts: { likes: 2, comments: 1 }, viewer: { liked: true, saved: true } },
    ])
  })

  test('leaves deleted posts out, and its pages are full all the same, each for one question to post', async () => {
    const viewer = at.person()
    const ids = await saveMany(viewer, 12)
    // Heard of here: 1, 4, 5, 10. Gone at post only, the event is on its way: 2, 7.
    for (const index of [1, 4, 5, 10]) await at.deletePost(ids[index]!)
    for (const index of [2, 7]) at.posts.set(ids[index]!, { ...at.posts.get(ids[index]!)!, state: 'deleted' })
    const left = [11, 9, 8, 6, 3, 0].map((index) => ids[index])
    at.dapr.reset()
    expect(await readAll(viewer, 3)).toEqual([left.slice(0, 3), left.slice(3)])
    expect(at.dapr.calls.invoke['post']).toBe(2)
  })

  test('asks nobody about posts that were shown lately', async () => {
    const viewer = at.person()
    const ids = await saveMany(viewer, 3)
    const pages = await readAll(viewer, 2)
    at.dapr.reset()
    expect(await readAll(viewer, 2)).toEqual(pages)
    expect(pages.flat()).toEqual(ids.toReversed())
    expect(at.dapr.calls.invoke).toEqual({})
  })

  test('is full also when more posts are gone unheard than the spare ones', async () => {
    const viewer = at.person()
    const ids = await saveMany(viewer, 14)
    for (const id of ids.slice(2, 13)) at.posts.set(id, { ...at.posts.get(id)!, state: 'deleted' })
    expect(await readAll(viewer, 2)).toEqual([[ids[13], ids[1]], [ids[0]]])
  })

  test('can be read to its end at the largest page, with no post lost', async () => {
    const viewer = at.person()
    const ids = await saveMany(viewer, 105)
    const pages = await readAll(viewer, 100)
    expect(pages.map((page) => page.length)).toEqual([100, 5])
    expect(pages.flat()).toEqual(ids.toReversed())
  })

  test('answers 503 while post is down, and refuses cursors of others', async () => {
    const [viewer, other] = [at.person(), at.person()]
    await saveMany(viewer, 2)
    at.dapr.down.add('post')
    const answer = await at.request('GET', `/api/v1/users/me/saved`, viewer)
    at.dapr.down.delete('post')
    expect(answer).toMatchObject({ status: 503, body: { code: 'service.unavailable' } })
    expect(answer.headers.get('retry-after')).not.toBeNull()
    const { body } = await at.request('GET', `/api/v1/users/me/saved?limit=1`, viewer)
    expect(await at.request('GET', `/api/v1/users/me/saved?cursor=${body.nextCursor}`, other)).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    })
  })

  test('of posts that are all known to be deleted, and of nothing, asks nobody', async () => {
    const viewer = at.person()
    for (const id of await saveMany(viewer, 2)) await at.deletePost(id)
    at.dapr.reset()
    expect((await at.request('GET', `/api/v1/users/me/saved`, viewer)).body).toEqual({ items: [], nextCursor: null })
    expect(at.dapr.calls.invoke).toEqual({})
    at.dapr.reset()
    const { body } = await at.request('GET', `/api/v1/users/me/saved`, at.person())
    expect(body).toEqual({ items: [], nextCursor: null })
    expect(at.dapr.calls.invoke).toEqual({})
  })
})
