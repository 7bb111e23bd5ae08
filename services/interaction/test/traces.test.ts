import { events, makeEvent } from '@daguerre/contracts'
import { copyKey, marksKey } from '@daguerre/copies/copies'
import { foldCounters } from '@daguerre/kit/counters'
import { eraseDue } from '@daguerre/kit/erasures'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { cloudEvent, findText } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reconcileCounts } from '../src/counts/reconcile-counts.ts'
import { tellCounts } from '../src/counts/tell-counts.ts'
import { erasePerson } from '../src/leaving/erase-person.ts'
import { purgePosts } from '../src/posts/purge-posts.ts'
import { createFixture, type Fixture, postCreatedEvent } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

function word(): string {
  return `w${newId().replaceAll('-', '')}`
}

async function tablesWith(text: string): Promise<string[]> {
  return [...new Set((await findText(at.orm, text)).map(({ table }) => table))].toSorted()
}

async function clear(): Promise<void> {
  await foldCounters(at.forkEm())
  await tellCounts({ ...at.shared, em: at.forkEm() })
  await purgePosts({ ...at.shared, em: at.forkEm() })
  await eraseForgotten(at.forkEm())
}

async function leave(id: string): Promise<void> {
  const left = makeEvent(events.accountDeleted, {
    subject: id,
    version: 2,
    data: { userId: id, at: new Date().toISOString() },
  })
  expect(await at.deliver(cloudEvent('auth', left), 'account')).toBe('SUCCESS')
  await eraseDue(at.forkEm(), {
    kind: 'person',
    pausesSeconds: [],
    erase: (one) => erasePerson({ ...at.shared, forkEm: at.forkEm, people: at.peopleCache }, one),
  })
  await clear()
}

async function countsAreRight(): Promise<void> {
  for (const kind of ['post', 'comment'] as const) {
    const { differences } = await reconcileCounts({ em: at.forkEm() }, kind, { after: null, limit: 10_000 })
    expect(differences).toEqual([])
  }
}

test('of a deleted post no word that was left on it stays in any table, and who did what is forgotten everywhere', async () => {
  const [louise, nadar] = [at.person(), at.person()]
  const marker = word()
  const postId = at.post(louise)
  const headers = { 'idempotency-key': newId() }
  const path = `/api/v1/posts/${postId}/comments`
  const made = await at.request('POST', path, nadar, { text: marker }, headers)
  await at.comment(postId, louise, marker, made.body.id)
  const earlier = await at.comment(postId, nadar, marker)
  await at.request('DELETE', `/api/v1/comments/${earlier}`, nadar)
  await at.request('POST', `/api/v1/comments/${made.body.id}/like`, louise)
  await at.request('POST', `/api/v1/posts/${postId}/like`, nadar)
  await at.request('PUT', `/api/v1/posts/${postId}/save`, nadar)
  await clear()
  await at.states([postId], nadar.id)
  expect(await at.shared.redis.exists(copyKey.counts(postId))).toBe(1)
  expect(await tablesWith(marker)).toEqual(['comment', 'outbox'])

  await at.deletePost(postId)
  await clear()
  expect(await findText(at.orm, marker)).toEqual([])
  // What was counted of it stays in the outbox: numbers of up to a hundred posts in one event.
  expect(await tablesWith(postId)).toEqual(['forgotten', 'outbox', 'post_ref'])
  expect(await at.emitted(events.postLiked, postId)).toEqual([])
  expect(await at.shared.redis.exists(copyKey.counts(postId))).toBe(0)
  expect(await at.shared.redis.hexists(marksKey(nadar.id), postId)).toBe(0)
  const again = await at.request('POST', path, nadar, { text: marker }, headers)
  expect([again.status, again.body.code]).toEqual([409, 'idempotency.gone'])
})

test('of a deleted comment only its deletion stays', async () => {
  const [louise, nadar] = [at.person(), at.person()]
  const marker = word()
  const postId = at.post(louise)
  const id = await at.comment(postId, nadar, marker)
  await at.request('DELETE', `/api/v1/comments/${id}`, nadar)
  await clear()
  expect(await findText(at.orm, marker)).toEqual([])
  expect(await at.emitted(events.commentCreated, id)).toEqual([])
  expect(await at.emitted(events.commentDeleted, id)).toHaveLength(1)
})

test('a letter about a deleted post that could not be handled goes with it', async () => {
  const [louise, other] = [at.post(at.person()), at.post(at.person())]
  for (const id of [louise, other]) {
    const { data, ...event } = postCreatedEvent(id, newId())
    await at.deliver({
      entries: [{ entryId: '1', event: { ...event, data: { ...(data as object), createdAt: 'never' } } }],
    })
  }
  expect(await at.deadLetters.list(10)).toHaveLength(2)
  await at.deletePost(louise)
  const left = await at.deadLetters.list(10)
  expect(left.map(({ body }) => body.includes(other))).toEqual([true])
  for (const { id } of left) await at.deadLetters.take(id, async () => {})
})

test('who has left likes, saves and says nothing any more, while replies of others stay in their threads, in order', async () => {
  const [louise, nadar, daguerre] = [at.person(word()), at.person(), at.person()]
  const marker = word()
  const postId = at.post(nadar)
  const kept = await at.comment(postId, nadar, 'stays')
  const answered = await at.comment(postId, louise, marker)
  const replies = [
    await at.comment(postId, nadar, 'one', answered),
    await at.comment(postId, louise, marker, answered),
    await at.comment(postId, daguerre, 'two', answered),
  ]
  const alone = await at.comment(postId, louise, marker)
  await at.comment(postId, louise, marker, alone)
  await at.comment(postId, louise, marker, kept)
  await at.request('POST', `/api/v1/comments/${kept}/like`, louise)
  await at.request('POST', `/api/v1/comments/${answered}/like`, nadar)
  await at.request('POST', `/api/v1/posts/${postId}/like`, louise)
  await at.request('POST', `/api/v1/posts/${postId}/like`, daguerre)
  await at.request('PUT', `/api/v1/posts/${postId}/save`, louise)
  await at.request('DELETE', `/api/v1/posts/${at.post(daguerre)}/like`, louise)
  await clear()

  await leave(louise.id)
  await leave(louise.id)
  expect(await findText(at.orm, marker)).toEqual([])
  expect(await findText(at.orm, louise.username)).toEqual([])
  expect(await tablesWith(louise.id)).toEqual(['erasure', 'forgotten', 'outbox'])
  const told = await query<{ type: string; by: string }>(
    at.forkEm(),
    `select distinct type, data->>'authorId' as by from outbox where data::text like '%' || $1 || '%' order by type, by`,
    [louise.id],
  )
  // What others replied names whom they answered, by an id that is nobody's now.
  const others = told.filter(({ by }) => by !== louise.id)
  expect(others.map(({ type }) => type)).toEqual([events.commentCreated.type, events.commentCreated.type])
  expect(told.filter((row) => !others.includes(row)).map(({ type }) => type)).toEqual([events.commentDeleted.type])

  const list = await at.request('GET', `/api/v1/posts/${postId}/comments`, nadar)
  expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual([answered, kept])
  expect(list.body.items[0]).toMatchObject({
    deleted: true,
    text: '',
    entities: [],
    author: { username: '' },
    counts: { likes: 0, replies: 2 },
  })
  expect(list.body.items[1]).toMatchObject({ text: 'stays', counts: { likes: 0, replies: 0 } })
  expect(list.body.items[1]).not.toHaveProperty('deleted')
  const thread = await at.request('GET', `/api/v1/comments/${answered}/replies`, nadar)
  expect(thread.body.items.map(({ id }: { id: string }) => id)).toEqual([replies[0], replies[2]])
  expect((await at.states([postId])).get(postId)?.counts).toEqual({ likes: 1, comments: 4 })
  await countsAreRight()

  // The thread goes on, and nobody is told who was answered.
  await at.comment(postId, nadar, 'three', answered)
  expect((await at.emitted(events.commentCreated, answered)).at(-1)?.data).toMatchObject({ repliedToId: null })
  expect((await at.request('DELETE', `/api/v1/comments/${answered}`, nadar)).status).toBe(204)
  await countsAreRight()
})

test('a reply that is written at the moment in which whom it answers leaves is not lost', async () => {
  const [louise, nadar] = [at.person(), at.person()]
  const postId = at.post(nadar)
  const threads = await Promise.all([1, 2, 3, 4].map(() => at.comment(postId, louise)))
  const [answers] = await Promise.all([
    Promise.all(
      threads.map((id) => at.request('POST', `/api/v1/posts/${postId}/comments`, nadar, { text: 'a', parentId: id })),
    ),
    leave(louise.id),
  ])
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 422) continue
    expect(answer.status).toBe(201)
    const thread = await at.request('GET', `/api/v1/comments/${threads[index]}/replies`, nadar)
    expect(thread.body.items).toHaveLength(1)
  }
  await countsAreRight()
})
