import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { cloudEvent } from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { judgeComments } from '../src/comments/judge-comments.ts'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
let [author, follower, followed, stranger]: [Viewer, Viewer, Viewer, Viewer] = [] as never
let postId: string
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())
beforeEach(() => {
  ;[author, follower, followed, stranger] = [at.person(), at.person(), at.person(), at.person()]
  at.follows.add(`${follower.id}:${author.id}`)
  at.follows.add(`${author.id}:${followed.id}`)
  postId = at.post(author)
})

function say(viewer: Viewer | undefined, body: object = {}, post = postId) {
  return at.request('POST', `/api/v1/posts/${post}/comments`, viewer, { text: 'Hello', ...body })
}

function ask(viewer: Viewer | undefined, post = postId) {
  return at.request('GET', `/api/v1/posts/${post}/commenting`, viewer)
}

async function count(): Promise<number | undefined> {
  return (await at.states([postId])).get(postId)?.counts.comments
}

test.each([
  ['everybody', ['author', 'follower', 'followed', 'stranger']],
  ['followers', ['author', 'follower']],
  ['followed', ['author', 'followed']],
  ['nobody', ['author']],
] as const)(
  'where %s may comment, these do and reply, and the others are told why not: %j',
  async (speakers, allowed) => {
    const root = await at.comment(postId, author)
    at.commentsBy.set(author.id, speakers)
    const people = { author, follower, followed, stranger }
    for (const [name, viewer] of Object.entries(people)) {
      const isAllowed = allowed.some((one) => one === name)
      for (const body of [{}, { parentId: root }]) {
        const { status, body: answer } = await say(viewer, body)
        expect([name, status, answer.code]).toEqual([
          name,
          isAllowed ? 201 : 403,
          isAllowed ? undefined : 'comment.not_allowed',
        ])
      }
      expect([name, (await ask(viewer)).body]).toEqual([
        name,
        { allowed: isAllowed, reason: isAllowed ? null : speakers },
      ])
    }
    expect(await count()).toBe(1 + 2 * allowed.length)
  },
)

test('where comments are off nobody comments, its author neither, from the event on; what was said stays, and can be liked and deleted', async () => {
  const said = await at.comment(postId, stranger)
  function updated(version: number, commentsOff: boolean) {
    const data = { ...events.postUpdated.example, postId, authorId: author.id, commentsOff }
    return at.deliver(
      cloudEvent('post', makeEvent(events.postUpdated, { subject: postId, version, data: { hidden: false, ...data } })),
    )
  }
  await updated(4, true)
  await updated(3, false)
  for (const viewer of [author, stranger]) {
    expect(await say(viewer)).toMatchObject({ status: 403, body: { code: 'comment.off' } })
    expect((await ask(viewer)).body).toEqual({ allowed: false, reason: 'off' })
  }
  expect((await at.request('POST', `/api/v1/comments/${said}/like`, author)).status).toBe(200)
  expect((await at.request('GET', `/api/v1/posts/${postId}/comments`)).body.items).toMatchObject([{ id: said }])
  expect((await at.request('DELETE', `/api/v1/comments/${said}`, stranger)).status).toBe(204)
  await updated(5, false)
  expect((await say(stranger)).status).toBe(201)
  // One of which no event has told.
  const unheard = at.post(author, 'published', 'public', { commentsOff: true })
  expect((await say(stranger, {}, unheard)).body.code).toBe('comment.off')
})

test('whoever does not see the post learns nothing of who may comment', async () => {
  at.commentsBy.set(author.id, 'nobody')
  const hidden = at.post(author, 'published', 'only_me', { commentsOff: true })
  const blocked = at.person()
  at.blocks.add(`${author.id}:${blocked.id}`)
  for (const [viewer, post] of [
    [stranger, hidden],
    [blocked, postId],
    [stranger, newId()],
  ] as const) {
    expect([(await say(viewer, {}, post)).status, (await ask(viewer, post)).status]).toEqual([404, 404])
  }
  expect([(await ask(undefined)).status, (await ask(stranger, 'x')).status]).toEqual([401, 422])
})

test('what was said while user was away is removed when its writer may not comment there; whether one may is then 503', async () => {
  await at.request('GET', `/api/v1/posts/${postId}/comments`, stranger)
  at.commentsBy.set(author.id, 'followers')
  at.dapr.down.add('user')
  const said = await at.comment(postId, stranger)
  expect((await ask(stranger)).body.code).toBe('user.unavailable')
  at.dapr.down.delete('user')
  await judgeComments({ em: at.forkEm(), judge: at.neighbours.judge })
  expect((await at.request('GET', `/api/v1/comments/${said}`, stranger)).status).toBe(404)
  expect([await count(), await at.emitted(events.commentCreated, said)]).toEqual([0, []])
})

test('a name whose owner does not let the writer mention them is as one that nobody has', async () => {
  const named = at.person('named.one')
  at.unmentioned.add(`${stranger.id}:${named.id}`)
  const text = '@named.one and @nobody.at.all'
  const { body } = await say(stranger, { text })
  expect(body.entities).toMatchObject([{ userId: null }, { userId: null }])
  expect((await say(follower, { text })).body.entities).toMatchObject([{ userId: named.id }, { userId: null }])
})
