import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { cloudEvent } from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
let [author, viewer, other]: [Viewer, Viewer, Viewer] = [] as never
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())
beforeEach(() => {
  ;[author, viewer, other] = [at.person(), at.person(), at.person()]
})

async function like(postId: string, as: Viewer): Promise<unknown> {
  return (await at.request('POST', `/api/v1/posts/${postId}/like`, as)).body.counts
}

function likers(postId: string, as?: Viewer) {
  return at.request('GET', `/api/v1/posts/${postId}/likes`, as)
}

/** The event of a change of the post; without a word of it, as a version of post before has it. */
function updated(postId: string, version: number, likesHidden?: boolean) {
  const { authorId: _, ...example } = events.postUpdated.example
  const data = {
    ...example,
    postId,
    authorId: author.id,
    hidden: false,
    ...(likesHidden !== undefined && { likesHidden }),
  }
  return at.deliver(cloudEvent('post', makeEvent(events.postUpdated, { subject: postId, version, data })))
}

test('who likes a post with hidden likes is told no number, and its author is; liking works as anywhere', async () => {
  const postId = at.post(author, 'published', 'public', { likesHidden: true })
  for (let times = 0; times < 2; times++) expect(await like(postId, viewer)).toEqual({ likes: null, comments: 0 })
  expect(await like(postId, other)).toEqual({ likes: null, comments: 0 })
  expect(await like(postId, author)).toEqual({ likes: 3, comments: 0 })
  expect((await at.request('DELETE', `/api/v1/posts/${postId}/like`, other)).status).toBe(204)
  expect(await like(postId, author)).toEqual({ likes: 2, comments: 0 })
  // To its author goes what tells of a like, and services count as ever.
  expect((await at.emitted(events.postLiked, postId)).map(({ data }) => data.postAuthorId)).toEqual(
    [viewer, other, author].map(() => author.id),
  )
  expect((await at.states([postId])).get(postId)?.counts.likes).toBe(2)
})

test('who likes it is listed for its author alone; others are told that it is hidden, and those who do not see it nothing', async () => {
  const postId = at.post(author, 'published', 'public', { likesHidden: true })
  await like(postId, viewer)
  expect((await likers(postId, author)).body.items).toMatchObject([{ id: viewer.id }])
  for (const as of [viewer, other, undefined]) {
    const { status, body } = await likers(postId, as)
    expect([status, body.code, body.items]).toEqual([403, 'like.hidden', undefined])
  }
  const blocked = at.person()
  at.blocks.add(`${author.id}:${blocked.id}`)
  const forFew = at.post(author, 'published', 'only_me', { likesHidden: true })
  for (const [id, as] of [
    [postId, blocked],
    [forFew, viewer],
    [newId(), viewer],
  ] as const) {
    expect([(await likers(id, as)).status, (await at.request('POST', `/api/v1/posts/${id}/like`, as)).status]).toEqual([
      404, 404,
    ])
  }
})

test('it is so from the event on, whatever order and however often they come, and one that says nothing of it shows', async () => {
  const postId = at.post(author)
  expect(await like(postId, viewer)).toEqual({ likes: 1, comments: 0 })
  for (const [version, likesHidden] of [
    [4, true],
    [3, false],
    [4, true],
  ] as const) {
    await updated(postId, version, likesHidden)
  }
  expect([await like(postId, viewer), (await likers(postId, other)).status]).toEqual([
    { likes: null, comments: 0 },
    403,
  ])
  await updated(postId, 5)
  expect([await like(postId, viewer), (await likers(postId, other)).status]).toEqual([{ likes: 1, comments: 0 }, 200])
})

test('a list of what somebody saved has no number of hidden likes, but for their own posts', async () => {
  const [theirs, own] = [author, viewer].map((person) => at.post(person, 'published', 'public', { likesHidden: true }))
  for (const postId of [theirs!, own!]) {
    for (const person of [viewer, other]) await like(postId, person)
    await at.request('PUT', `/api/v1/posts/${postId}/save`, viewer)
  }
  const { body } = await at.request('GET', '/api/v1/users/me/saved', viewer)
  expect(body.items).toMatchObject([
    { id: own, likesHidden: true, counts: { likes: 2 } },
    { id: theirs, likesHidden: true, counts: { likes: null, comments: 0 }, viewer: { liked: true, saved: true } },
  ])
})
