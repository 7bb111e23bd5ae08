import { events, makeEvent } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { eraseDue } from '@daguerre/kit/erasures'
import { newId } from '@daguerre/kit/id'
import { asSidecar, cloudEvent } from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { judgeComments } from '../src/comments/judge-comments.ts'
import { reconcileCounts } from '../src/counts/reconcile-counts.ts'
import { erasePerson } from '../src/leaving/erase-person.ts'
import { purgePosts } from '../src/posts/purge-posts.ts'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
let [author, writer, other]: [Viewer, Viewer, Viewer] = [] as never
let postId: string
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())
beforeEach(() => {
  ;[author, writer, other] = [at.person(), at.person(), at.person()]
  postId = at.post(author)
  at.restrictions.add(`${author.id}:${writer.id}`)
})

async function idsFor(path: string, viewer?: Viewer): Promise<string[]> {
  const { body } = await at.request('GET', path, viewer)
  return body.items.map(({ id }: { id: string }) => id)
}

function comments(viewer?: Viewer): Promise<string[]> {
  return idsFor(`/api/v1/posts/${postId}/comments`, viewer)
}

function waiting(viewer = author): Promise<string[]> {
  return idsFor('/api/v1/users/me/held-comments', viewer)
}

function release(id: string, viewer: Viewer | undefined = author) {
  return at.request('POST', `/api/v1/comments/${id}/release`, viewer)
}

async function count(): Promise<number | undefined> {
  return (await at.states([postId])).get(postId)?.counts.comments
}

async function judge(): Promise<number> {
  return await judgeComments({ em: at.forkEm(), judge: at.neighbours.judge })
}

test('what somebody says who is restricted is there for them, as if it were for all, and for the author of the post, who is told why', async () => {
  const answer = await at.request('POST', `/api/v1/posts/${postId}/comments`, writer, { text: 'Held' })
  expect(answer.status).toBe(201)
  const { id } = answer.body
  const path = `/api/v1/comments/${id}`
  expect(answer.body).not.toHaveProperty('held')
  expect((await at.request('GET', path, writer)).body).toEqual(answer.body)
  expect((await at.request('GET', path, author)).body).toMatchObject({ id, held: 'restriction' })
  expect([await comments(writer), await comments(author), await waiting()]).toEqual([[id], [id], [id]])
  expect([await comments(other), await comments(), await waiting(writer)]).toEqual([[], [], []])
  const attempts: [string, string, Viewer | undefined, number, unknown?][] = [
    ['GET', path, other, 404],
    ['GET', path, undefined, 404],
    ['GET', `${path}/replies`, other, 404],
    ['POST', `${path}/like`, other, 404],
    ['DELETE', `${path}/like`, other, 404],
    ['DELETE', path, other, 404],
    ['POST', `${path}/release`, other, 404],
    ['POST', `${path}/release`, undefined, 401],
    // As of a comment that is not held: they learn nothing.
    ['POST', `${path}/release`, writer, 403],
    ['POST', `/api/v1/posts/${postId}/comments`, other, 422, { text: 'Who?', parentId: id }],
    ['POST', `${path}/like`, writer, 200],
    ['POST', `${path}/like`, author, 200],
  ]
  for (const [method, url, viewer, status, body] of attempts) {
    expect([method, url, (await at.request(method, url, viewer, body)).status]).toEqual([method, url, status])
  }
  expect(await count()).toBe(0)
  expect(await at.emitted(events.commentCreated, id)).toEqual([])
  // What the author says below their own post nothing holds.
  const own = await at.comment(postId, author)
  expect(await comments(other)).toEqual([own])
})

test('a word that the author has hidden holds a comment of anybody, and what is let through is there for all, counted and told of once', async () => {
  at.hiddenWords.set(author.id, 'spam')
  const [id, fine] = [await at.comment(postId, other, 'spam'), await at.comment(postId, other, 'fine')]
  expect((await at.request('GET', `/api/v1/comments/${id}`, author)).body.held).toBe('words')
  expect(await comments(writer)).toEqual([fine])
  for (const times of [1, 2]) {
    expect([times, (await release(id)).status]).toEqual([times, 204])
  }
  const shown = (await at.request('GET', `/api/v1/comments/${id}`, writer)).body
  expect(shown).toMatchObject({ text: 'spam' })
  expect((await at.request('GET', `/api/v1/comments/${id}`, author)).body).not.toHaveProperty('held')
  expect([await comments(writer), await waiting(), await count()]).toEqual([[fine, id], [], 2])
  expect(await at.emitted(events.commentCreated, id)).toMatchObject([
    { version: 1, data: { authorId: other.id, at: shown.createdAt, released: true } },
  ])
  expect((await release(fine)).status).toBe(204)
  expect(await at.emitted(events.commentCreated, fine)).toMatchObject([{ data: { released: false } }])
  expect((await release(id, other)).body.code).toBe('comment.not_your_post')
  expect((await release(newId())).body.code).toBe('comment.not_found')
  expect((await release('x')).status).toBe(422)
})

test('their reply counts for the two who see it alone, and is told to whom it answers when it is let through', async () => {
  const root = await at.comment(postId, other, 'A question')
  const answer = await at.comment(postId, author, 'Which?', root)
  const held = await at.comment(postId, writer, 'An answer', answer)
  const path = `/api/v1/comments/${root}`
  async function replies(viewer?: Viewer) {
    const { body } = await at.request('GET', path, viewer)
    const listed = (await at.request('GET', `/api/v1/posts/${postId}/comments`, viewer)).body.items[0]
    expect(listed.counts).toEqual(body.counts)
    return [body.counts.replies, await idsFor(`${path}/replies`, viewer)]
  }
  expect(await replies(writer)).toEqual([2, [answer, held]])
  expect(await replies(author)).toEqual([2, [answer, held]])
  expect(await replies(other)).toEqual([1, [answer]])
  expect(await replies()).toEqual([1, [answer]])
  expect((await at.request('POST', `${path}/like`, writer)).body.counts).toEqual({ likes: 1, replies: 2 })
  // An answer to it by the author would stand there without what it answers.
  const body = { text: 'Thanks', parentId: held }
  expect(await at.request('POST', `/api/v1/posts/${postId}/comments`, author, body)).toMatchObject({
    status: 409,
    body: { code: 'comment.held' },
  })
  await release(held)
  expect(await replies()).toEqual([2, [answer, held]])
  expect(await at.emitted(events.commentCreated, held)).toMatchObject([
    { data: { parentId: root, repliedToId: author.id } },
  ])
})

test('they go on in their own thread, which waits as a whole, and is let through from its beginning', async () => {
  const root = await at.comment(postId, writer, 'First')
  // The restriction has ended: what is below a comment that is held is held with it.
  at.restrictions.clear()
  const reply = await at.comment(postId, writer, 'Second', root)
  expect(await idsFor(`/api/v1/comments/${root}/replies`, writer)).toEqual([reply])
  expect(await waiting()).toEqual([reply, root])
  expect((await release(reply)).body.code).toBe('comment.thread_held')
  expect((await release(root)).status).toBe(204)
  expect([await count(), await idsFor(`/api/v1/comments/${root}/replies`)]).toEqual([1, []])
  expect((await release(reply)).status).toBe(204)
  expect([await count(), await idsFor(`/api/v1/comments/${root}/replies`)]).toEqual([2, [reply]])
  expect(await comments(other)).toEqual([root])
})

test('what is held is deleted by either, with exact counts, and one that is let through at that moment is gone or counted', async () => {
  const root = await at.comment(postId, other)
  const held = [await at.comment(postId, writer, 'a', root), await at.comment(postId, writer, 'b')]
  for (const [index, viewer] of [writer, author].entries()) {
    expect((await at.request('DELETE', `/api/v1/comments/${held[index]}`, viewer)).status).toBe(204)
  }
  expect([await count(), await waiting()]).toEqual([1, []])
  for (let round = 0; round < 5; round++) {
    const thread = await at.comment(postId, writer, 'thread')
    const reply = await at.comment(postId, writer, 'reply', thread)
    const answers = await Promise.all([
      ...[release(thread), release(reply), release(reply)],
      at.request('DELETE', `/api/v1/comments/${thread}`, author),
    ])
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
  }
  expect([await count(), await comments(author)]).toEqual([1, [root]])
  await foldCounters(at.forkEm())
  for (const kind of ['post', 'comment'] as const) {
    expect((await reconcileCounts({ em: at.forkEm() }, kind, { after: null, limit: 10_000 })).differences).toEqual([])
  }
})

test('while user is away a comment is there for who wrote it alone, and is judged when user is back: shown, held, or as its thread is', async () => {
  at.hiddenWords.set(author.id, 'spam')
  for (const viewer of [writer, other]) await at.request('GET', `/api/v1/posts/${postId}/comments`, viewer)
  at.dapr.down.add('user')
  const [restricted, spam, fine] = [
    await at.comment(postId, writer, 'Hello'),
    await at.comment(postId, other, 'spam'),
    await at.comment(postId, other, 'fine'),
  ]
  const below = await at.comment(postId, other, 'more', spam)
  expect(await judge()).toBe(0)
  at.dapr.down.delete('user')
  expect(await comments(other)).toEqual([fine, spam])
  expect([await comments(author), await waiting(), await count()]).toEqual([[], [], 0])
  expect((await release(fine)).status).toBe(404)
  // Two replicas at once.
  await Promise.all([judge(), judge()])
  expect(await comments(at.person())).toEqual([fine])
  expect(await waiting()).toEqual([below, spam, restricted])
  expect(await count()).toBe(1)
  expect(await at.emitted(events.commentCreated, fine)).toMatchObject([{ data: { released: false } }])
  expect(await at.emitted(events.commentCreated, below)).toEqual([])
  expect(await judge()).toBe(0)
})

test('the list goes on page by page, without what is below posts that are gone and of whom the author does not see', async () => {
  const ids = [
    await at.comment(postId, writer, '1'),
    await at.comment(postId, writer, '2'),
    await at.comment(postId, writer, '3'),
  ]
  const gone = at.post(author)
  await at.comment(gone, writer)
  await at.deletePost(gone)
  const blocked = at.person()
  at.restrictions.add(`${author.id}:${blocked.id}`)
  await at.comment(postId, blocked)
  at.blocks.add(`${author.id}:${blocked.id}`)
  await at.shared.redis.flushall()
  const path = '/api/v1/users/me/held-comments'
  const first = await at.request('GET', `${path}?limit=2`, author)
  const second = await at.request('GET', `${path}?limit=2&cursor=${first.body.nextCursor}`, author)
  expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids.toReversed())
  expect(second.body.nextCursor).toBeNull()
  expect((await at.request('GET', `${path}?cursor=${first.body.nextCursor}`, other)).status).toBe(400)
  expect((await at.request('GET', path)).status).toBe(401)
})

test('who may see it may report it, and a moderator does; who wrote it takes it along, and it goes with them and with the post', async () => {
  const held = await at.comment(postId, writer, 'heldword')
  async function reportable(viewerId: string | null) {
    const response = await at.app.request('/internal/reportable-comments', {
      method: 'POST',
      headers: asSidecar(at.config),
      body: JSON.stringify({ ids: [held], viewerId }),
    })
    return ((await response.json()) as { items: unknown[] }).items.length
  }
  expect([await reportable(other.id), await reportable(author.id), await reportable(null)]).toEqual([0, 1, 1])
  const response = await at.app.request('/internal/personal-data', {
    method: 'POST',
    headers: asSidecar(at.config),
    body: JSON.stringify({ userId: writer.id, section: 'comments', after: null, limit: 10 }),
  })
  expect(await response.json()).toMatchObject({ items: [{ id: held, text: 'heldword' }] })
  await at.comment(postId, writer, 'heldword too', held)
  const second = at.post(author)
  const below = at.person()
  at.restrictions.add(`${author.id}:${below.id}`)
  await at.comment(second, below)
  const left = { subject: writer.id, version: 2, data: { userId: writer.id, at: new Date().toISOString() } }
  await at.deliver(cloudEvent('auth', makeEvent(events.accountDeleted, left)), 'account')
  await eraseDue(at.forkEm(), {
    kind: 'person',
    pausesSeconds: [],
    erase: (id) =>
      erasePerson(
        { forkEm: at.forkEm, people: at.peopleCache, copies: at.shared.copies, onError: at.shared.onError },
        id,
      ),
  })
  expect([await at.countRows('comment', postId), await count()]).toEqual([0, 0])
  await at.deletePost(second)
  await purgePosts({ ...at.shared, em: at.forkEm() })
  expect(await at.countRows('comment', second)).toBe(0)
})
