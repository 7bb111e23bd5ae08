import { events, makeEvent } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { asSidecar, cloudEvent } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nobody } from '../src/comments/comment.ts'
import { createFixture } from './fixture.ts'

let world: Awaited<ReturnType<typeof createFixture>>
beforeAll(async () => {
  world = await createFixture()
})
afterAll(() => world.drop())

function removed(commentId: string) {
  const event = { subject: commentId, version: 1, data: { commentId } }
  return world.deliver(cloudEvent('moderation', makeEvent(events.commentRemoved, event)), 'moderation')
}

function updated(postId: string, authorId: string, version: number, hidden: boolean) {
  const data = {
    postId,
    authorId,
    authorUsername: 'somebody',
    caption: '',
    entities: [],
    thumbnailUrl: null,
    createdAt: new Date().toISOString(),
    authorPosts: { count: 1, version: 1 },
    hidden,
  }
  return world.deliver(cloudEvent('post', makeEvent(events.postUpdated, { subject: postId, version, data })))
}

function path(commentId: string) {
  return `/api/v1/comments/${commentId}`
}

test('a comment that a moderator removes is gone with its replies, told once however often it is said', async () => {
  const [ann, bob] = [world.person(), world.person()]
  const post = world.post(ann)
  const comment = await world.comment(post, bob)
  const reply = await world.comment(post, ann, 'No', comment)
  const other = await world.comment(post, bob)
  for (let times = 0; times < 2; times++) expect(await removed(comment)).toBe('SUCCESS')
  for (const [id, status] of [
    [comment, 404],
    [reply, 404],
    [other, 200],
  ] as const) {
    expect((await world.request('GET', path(id), ann)).status).toBe(status)
  }
  expect((await world.states([post])).get(post)?.counts).toMatchObject({ comments: 1 })
  expect((await world.emitted(events.commentDeleted, post)).map(({ subject }) => subject).toSorted()).toEqual(
    [comment, reply].toSorted(),
  )
  expect(await removed(newId())).toBe('SUCCESS')
})

test('under a post that is hidden nobody reads, comments or likes until it is shown again, and a moderator still removes', async () => {
  const [ann, bob] = [world.person(), world.person()]
  const post = world.post(ann)
  const [kept, bad] = [await world.comment(post, bob), await world.comment(post, bob)]
  world.posts.set(post, {
    id: post,
    authorId: ann.id,
    audience: 'public',
    commentsOff: false,
    likesHidden: false,
    state: 'processing',
    version: 4,
  })
  await updated(post, ann.id, 4, true)
  await updated(post, ann.id, 3, false)
  const requests = [
    ['GET', `/api/v1/posts/${post}/comments`],
    ['GET', `/api/v1/posts/${post}/likes`],
    ['POST', `/api/v1/posts/${post}/like`],
    ['GET', path(kept)],
    ['DELETE', path(kept)],
  ] as const
  for (const [method, url] of requests)
    expect([url, (await world.request(method, url, bob)).status]).toEqual([url, 404])
  await removed(bad)
  world.posts.set(post, {
    id: post,
    authorId: ann.id,
    audience: 'public',
    commentsOff: false,
    likesHidden: false,
    state: 'published',
    version: 5,
  })
  await updated(post, ann.id, 5, false)
  expect((await world.request('GET', path(kept), bob)).status).toBe(200)
  expect((await world.request('GET', path(bad), bob)).status).toBe(404)
})

test('who may see a comment may report it; under a hidden post a moderator alone sees it', async () => {
  const [ann, bob] = [world.person(), world.person()]
  const [open, hidden] = [world.post(ann), world.post(ann)]
  const seen = await world.comment(open, bob, 'Hello')
  const unseen = await world.comment(hidden, bob)
  await updated(hidden, ann.id, 9, true)
  async function reportable(viewerId: string | null) {
    const response = await world.app.request('/internal/reportable-comments', {
      method: 'POST',
      headers: asSidecar(world.config),
      body: JSON.stringify({ ids: [seen, unseen, newId()], viewerId }),
    })
    return ((await response.json()) as { items: { id: string }[] }).items
  }
  expect(await reportable(ann.id)).toEqual([
    { id: seen, person: { id: bob.id, username: bob.username }, text: 'Hello', images: [], postId: open },
  ])
  expect(await reportable(null)).toHaveLength(2)
})

test('what somebody may not see they cannot report: under a post that is not for them, of whom they do not see, or what is left of a comment', async () => {
  const [author, follower, stranger, said] = [world.person(), world.person(), world.person(), world.person()]
  world.follows.add(`${follower.id}:${author.id}`)
  const [forFollowers, open] = [world.post(author, 'published', 'followers'), world.post(author)]
  world.follows.add(`${said.id}:${author.id}`)
  const [hidden, shown] = [await world.comment(forFollowers, said), await world.comment(open, said)]
  const stripped = await world.comment(open, said)
  await query(world.forkEm(), '/* test */ update comment set author_id = $2 where id = $1', [stripped, nobody])
  async function reportable(viewerId: string | null): Promise<string[] | number> {
    const response = await world.app.request('/internal/reportable-comments', {
      method: 'POST',
      headers: asSidecar(world.config),
      body: JSON.stringify({ ids: [hidden, shown, stripped], viewerId }),
    })
    if (response.status !== 200) return response.status
    return ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id).toSorted()
  }
  expect(await reportable(null)).toEqual([hidden, shown])
  expect(await reportable(follower.id)).toEqual([hidden, shown])
  expect(await reportable(stranger.id)).toEqual([shown])
  const blocking = world.person()
  world.blocks.add(`${said.id}:${blocking.id}`)
  expect(await reportable(blocking.id)).toEqual([])
  await world.shared.redis.del(copyKey.person(author.id))
  world.dapr.down.add('user')
  const answer = await reportable(stranger.id)
  world.dapr.down.delete('user')
  expect(answer).toBe(503)
})
