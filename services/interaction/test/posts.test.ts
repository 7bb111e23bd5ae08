import { events, type PersonShort } from '@daguerre/contracts'
import { marksFilled, marksKey } from '@daguerre/copies/copies'
import { foldCounters } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { cloudEvent } from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purgePosts } from '../src/posts/purge-posts.ts'
import { createFixture, type Fixture, postCreatedEvent, postDeletedEvent } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

async function secondsToPurge(postId: string): Promise<number | null | undefined> {
  const [row] = await query<{ seconds: number | null }>(
    at.forkEm(),
    `select extract(epoch from purge_at - now())::float as seconds from post_ref where post_id = $1`,
    [postId],
  )
  return row?.seconds
}

async function likeStatus(postId: string): Promise<number> {
  return (await at.request('POST', `/api/v1/posts/${postId}/like`, at.person())).status
}

describe('which posts exist', () => {
  test('is learnt from events, without asking post', async () => {
    const [postId, { id: authorId }] = [newId(), at.person()]
    expect(await at.deliver(postCreatedEvent(postId, authorId))).toBe('SUCCESS')
    expect(await at.deliver(postCreatedEvent(postId, authorId))).toBe('SUCCESS')
    at.dapr.reset()
    expect(await likeStatus(postId)).toBe(200)
    expect(at.dapr.calls.invoke['post']).toBeUndefined()
    expect((await at.emitted(events.postLiked, postId))[0]?.data.postAuthorId).toBe(authorId)
  })

  test('is asked of post once where no event has come yet', async () => {
    const postId = at.post(at.person())
    at.dapr.reset()
    expect(await likeStatus(postId)).toBe(200)
    expect(await likeStatus(postId)).toBe(200)
    expect(at.dapr.calls.invoke['post']).toBe(1)
  })

  test('is not remembered of posts in work: they can be liked as soon as post publishes them', async () => {
    const postId = at.post(at.person(), 'processing')
    expect(await likeStatus(postId)).toBe(404)
    at.posts.set(postId, { ...at.posts.get(postId)!, state: 'published', version: 3 })
    expect(await likeStatus(postId)).toBe(200)
  })

  test('is 503 for an unknown post while post is down, and known ones go on', async () => {
    const viewer = at.person()
    const [known, unknown] = [at.post(viewer), at.post(viewer)]
    expect(await likeStatus(known)).toBe(200)
    at.dapr.down.add('post')
    const answers = [
      await at.request('POST', `/api/v1/posts/${unknown}/like`, viewer),
      await at.request('GET', `/api/v1/posts/${unknown}/comments`),
      await at.request('POST', `/api/v1/posts/${unknown}/comments`, viewer, { text: 'Well' }),
      await at.request('PUT', `/api/v1/posts/${unknown}/save`, viewer),
    ]
    const going = [
      await at.request('POST', `/api/v1/posts/${known}/like`, viewer),
      await at.request('GET', `/api/v1/posts/${known}/comments`),
      await at.request('POST', `/api/v1/posts/${known}/comments`, viewer, { text: 'Well' }),
      await at.request('PUT', `/api/v1/posts/${known}/save`, viewer),
    ]
    at.dapr.down.delete('post')
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'post.unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('2')
    }
    expect(going.map((answer) => answer.status)).toEqual([200, 200, 201, 204])
  })

  test('is "gone" once a deletion came, also before the creation, and whatever comes later', async () => {
    const [postId, authorId] = [newId(), newId()]
    expect(await at.deliver(postDeletedEvent(postId, authorId, 3))).toBe('SUCCESS')
    expect(await at.deliver(postCreatedEvent(postId, authorId, 2))).toBe('SUCCESS')
    expect(await at.deliver(postCreatedEvent(postId, authorId, 9))).toBe('SUCCESS')
    expect(await at.deliver(postDeletedEvent(postId, authorId, 3))).toBe('SUCCESS')
    at.posts.set(postId, {
      id: postId,
      authorId,
      state: 'published',
      audience: 'public',
      commentsOff: false,
      likesHidden: false,
      version: 9,
    })
    expect(await likeStatus(postId)).toBe(404)
    // A deletion counts whatever its version: there is nothing after it.
    const another = newId()
    await at.deliver(postCreatedEvent(another, authorId, 9))
    await at.deliver(postDeletedEvent(another, authorId, 3))
    expect(await likeStatus(another)).toBe(404)
  })

  test('is the same in whatever order events of one post come at once', async () => {
    const [postId, authorId] = [newId(), newId()]
    const all = [
      postCreatedEvent(postId, authorId, 1),
      postCreatedEvent(postId, authorId, 2),
      postDeletedEvent(postId, authorId, 3),
    ]
    await Promise.all([...all, ...all].map((event) => at.deliver(event)))
    expect(await likeStatus(postId)).toBe(404)
  })
})

describe('a deleted post', () => {
  async function lively() {
    const [author, viewer] = [at.person(), at.person()]
    const postId = at.post(author)
    const root = await at.comment(postId, viewer)
    const reply = await at.comment(postId, author, 'reply', root)
    for (const id of [root, reply]) await at.request('POST', `/api/v1/comments/${id}/like`, viewer)
    await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
    await at.request('PUT', `/api/v1/posts/${postId}/save`, viewer)
    return { author, viewer, postId, root, reply }
  }

  test('takes what people left on it out of all reads at once', async () => {
    const { author, viewer, postId, root, reply } = await lively()
    await at.deletePost(postId)
    for (const [method, path] of [
      ['GET', `/posts/${postId}/likes`],
      ['GET', `/posts/${postId}/comments`],
      ['GET', `/comments/${root}`],
      ['GET', `/comments/${root}/replies`],
      ['POST', `/posts/${postId}/like`],
      ['DELETE', `/posts/${postId}/like`],
      ['POST', `/comments/${root}/like`],
      ['DELETE', `/comments/${reply}/like`],
      ['DELETE', `/comments/${root}`],
      ['PUT', `/posts/${postId}/save`],
    ] as const) {
      const { status } = await at.request(method, `/api/v1${path}`, viewer)
      expect({ method, path, status }).toEqual({ method, path, status: 404 })
    }
    expect((await at.request('POST', `/api/v1/posts/${postId}/comments`, author, { text: 'Late' })).status).toBe(404)
    expect((await at.request('GET', `/api/v1/users/me/saved`, viewer)).body.items).toEqual([])
    expect((await at.states([postId], viewer.id)).size).toBe(0)
  })

  test('is cleared in small batches, counters included, and other posts keep what is theirs', async () => {
    const { postId, root, reply } = await lively()
    const other = await lively()
    for (let index = 0; index < 5; index++) {
      await at.comment(postId, at.person(), 'more', index % 2 ? root : undefined)
      await at.request('POST', `/api/v1/posts/${postId}/like`, at.person())
    }
    await foldCounters(at.forkEm())
    await at.comment(postId, at.person())
    await at.deletePost(postId)
    expect(await purgePosts({ ...at.shared, em: at.forkEm(), batch: 2 })).toBeGreaterThan(0)
    for (const table of ['post_like', 'saved_post', 'comment']) {
      expect({ table, rows: await at.countRows(table, postId) }).toEqual({ table, rows: 0 })
      expect({ table, rows: await at.countRows(table, other.postId) }).not.toEqual({ table, rows: 0 })
    }
    expect(await at.strayLikes()).toBe(0)
    const left = await query(
      at.forkEm(),
      `select subject_id from counter where subject_id = any($1::uuid[])
       union all select subject_id from counter_delta where subject_id = any($1::uuid[])`,
      [[postId, root, reply]],
    )
    expect(left).toEqual([])
    expect((await at.states([other.postId])).get(other.postId)?.counts).toEqual({ likes: 1, comments: 2 })
  })

  test('is gone through once more after the grace, for what was being written when it went', async () => {
    const { postId, author } = await lively()
    await at.deletePost(postId)
    await purgePosts({ ...at.shared, em: at.forkEm() })
    await query(
      at.forkEm(),
      `insert into post_like (post_id, user_id, like_id, username, active, version, at)
       values ($1, $2, $3, 'late', true, 1, now())`,
      [postId, author.id, newId()],
    )
    expect(await purgePosts({ ...at.shared, em: at.forkEm() })).toBe(0)
    expect(await at.countRows('post_like', postId)).toBe(1)
    expect(await secondsToPurge(postId)).toBeGreaterThan(60)
    await query(at.forkEm(), `update post_ref set purge_at = now() - interval '1 second' where post_id = $1`, [postId])
    expect(await purgePosts({ ...at.shared, em: at.forkEm() })).toBe(1)
    expect(await at.countRows('post_like', postId)).toBe(0)
    expect(await secondsToPurge(postId)).toBeNull()
  })

  test('is cleared by two replicas at once without standing in each other’s way', async () => {
    const posts = await Promise.all(Array.from({ length: 4 }, lively))
    for (const { postId } of posts) await at.deletePost(postId)
    const done = await Promise.all([
      purgePosts({ ...at.shared, em: at.forkEm() }),
      purgePosts({ ...at.shared, em: at.forkEm() }),
    ])
    expect(done[0] + done[1]).toBe(4)
    for (const { postId } of posts) expect(await at.countRows('comment', postId)).toBe(0)
  })
})

describe('events', () => {
  test('that cannot be read are dropped to the dead letters and the next one is served', async () => {
    const postId = newId()
    expect(await at.deliver({ nonsense: true })).toBe('DROP')
    const poisoned = cloudEvent('post', {
      topic: 'post',
      type: events.postDeleted.type,
      subject: postId,
      version: 1,
      data: { postId: 'none' },
    })
    expect(await at.deliver(poisoned)).toBe('DROP')
    expect(await at.deliver(postCreatedEvent(postId, at.person().id))).toBe('SUCCESS')
    expect(await likeStatus(postId)).toBe(200)
  })

  test('of a changed profile drop what the cache had, also when they come twice', async () => {
    const author = at.person()
    const postId = at.post(author)
    await at.comment(postId, author)
    async function shownName() {
      const { body } = await at.request('GET', `/api/v1/posts/${postId}/comments`)
      return body.items[0].author.displayName
    }
    expect(await shownName()).toBe(author.username.toUpperCase())
    const person: PersonShort = { ...at.people.get(author.id)!, displayName: 'Renamed' }
    at.people.set(author.id, person)
    const event = cloudEvent('user', {
      topic: events.profileUpdated.topic,
      type: events.profileUpdated.type,
      subject: author.id,
      version: 2,
      data: { person },
    })
    expect(await at.deliver(event, 'user')).toBe('SUCCESS')
    expect(await at.deliver(event, 'user')).toBe('SUCCESS')
    expect(await shownName()).toBe('Renamed')
  })
})

describe('copies of what a viewer did', () => {
  async function markOf(viewerId: string, postId: string): Promise<string | null> {
    return await at.shared.redis.hget(marksKey(viewerId), postId)
  }

  test.each([
    ['a like', (viewer: Viewer, id: string) => at.request('POST', `/api/v1/posts/${id}/like`, viewer)],
    ['a like taken back', (viewer: Viewer, id: string) => at.request('DELETE', `/api/v1/posts/${id}/like`, viewer)],
    ['a save', (viewer: Viewer, id: string) => at.request('PUT', `/api/v1/posts/${id}/save`, viewer)],
    ['a save taken back', (viewer: Viewer, id: string) => at.request('DELETE', `/api/v1/posts/${id}/save`, viewer)],
    ['a comment', (viewer: Viewer, id: string) => at.comment(id, viewer)],
  ])('are held by %s, also of an id in capitals', async (_, change) => {
    const viewer = at.person()
    const id = at.post(at.person())
    await change(viewer, id.toUpperCase())
    expect(await markOf(viewer.id, id)).toMatch(/^\?\d{13}$/)
  })

  test('are held by the deletion of a comment', async () => {
    const viewer = at.person()
    const id = at.post(viewer)
    const comment = await at.comment(id, at.person())
    await at.request('DELETE', `/api/v1/comments/${comment}`, viewer)
    expect(await markOf(viewer.id, id)).toMatch(/^\?\d{13}$/)
  })
})

describe('marks of a viewer', () => {
  async function shownTo(viewer: Viewer, ids: string[]) {
    const { byPost } = await at.shared.copies.readMarks(viewer.id, ids)
    return ids.map((id) => JSON.parse(byPost.get(id)?.toString() ?? 'null') as unknown)
  }

  test('are filled in when interaction is asked about the viewer: what was liked and saved, and nothing of the rest', async () => {
    const viewer = at.person()
    const ids = Array.from({ length: 5 }, () => at.post(at.person()))
    const [liked, saved, both, undone, other] = ids as [string, string, string, string, string]
    for (const id of [liked, both, undone]) await at.request('POST', `/api/v1/posts/${id}/like`, viewer)
    for (const id of [saved, both]) await at.request('PUT', `/api/v1/posts/${id}/save`, viewer)
    await at.request('DELETE', `/api/v1/posts/${undone}/like`, viewer)
    await at.request('POST', `/api/v1/posts/${other}/like`, at.person())
    await at.shared.redis.del(marksKey(viewer.id))
    await at.states([newId()], viewer.id)
    expect(await shownTo(viewer, ids)).toEqual([
      { liked: true, saved: false },
      { liked: false, saved: true },
      { liked: true, saved: true },
      { liked: false, saved: false },
      { liked: false, saved: false },
    ])
    // Of posts that do not exist yet too.
    expect(await shownTo(viewer, [newId()])).toEqual([{ liked: false, saved: false }])
  })

  test('leave a change that is in work to be asked for', async () => {
    const viewer = at.person()
    const id = at.post(at.person())
    await at.request('POST', `/api/v1/posts/${id}/like`, viewer)
    await at.states([id], viewer.id)
    expect(await shownTo(viewer, [id])).toEqual([null])
    expect((await at.shared.copies.readMarks(viewer.id, [])).areFilled).toBe(true)
  })

  test('go back some hundred posts; of older ones interaction is asked', async () => {
    const viewer = at.person()
    const ids = Array.from({ length: marksFilled + 2 }, newId)
    await query(
      at.forkEm(),
      `insert into saved_post (user_id, post_id, save_id) select $1, id, id from unnest($2::uuid[]) id`,
      [viewer.id, ids],
    )
    await at.states([ids[0]!], viewer.id)
    const [first, second, third, fourth] = await shownTo(viewer, ids.slice(0, 4))
    expect([first, second]).toEqual([null, null])
    expect([third, fourth]).toEqual([
      { liked: false, saved: true },
      { liked: false, saved: true },
    ])
  })
})

describe('internal routes', () => {
  test('states: counts and what the viewer did, zeros where nobody was, in one statement for 100 posts', async () => {
    const viewer = at.person()
    const ids = Array.from({ length: 100 }, () => at.post(at.person()))
    await at.request('POST', `/api/v1/posts/${ids[0]}/like`, viewer)
    await at.request('PUT', `/api/v1/posts/${ids[1]}/save`, viewer)
    await at.comment(ids[2]!, viewer)
    await foldCounters(at.forkEm())
    // Fills in the marks.
    await at.states([ids[0]!], viewer.id)
    const statements = await at.statementsOf(async () => {
      const states = await at.states(ids, viewer.id)
      expect(states.size).toBe(100)
      expect(states.get(ids[0]!)).toEqual({
        postId: ids[0],
        counts: { likes: 1, comments: 0 },
        version: 0,
        viewer: { liked: true, saved: false },
      })
      expect(states.get(ids[1]!)?.viewer).toEqual({ liked: false, saved: true })
      expect(states.get(ids[2]!)?.counts).toEqual({ likes: 0, comments: 1 })
      expect(states.get(ids[3]!)).toEqual({
        postId: ids[3],
        counts: { likes: 0, comments: 0 },
        version: 0,
        viewer: { liked: false, saved: false },
      })
    })
    expect(statements).toBe(1)
    expect((await at.states([ids[0]!])).get(ids[0]!)?.viewer).toBeNull()
  })

  test('answer the sidecar alone, and at most 100 ids', async () => {
    const body = JSON.stringify({ postIds: [], viewerId: null })
    const headers = { 'content-type': 'application/json' }
    for (const path of ['/internal/posts/states', '/internal/outbox', '/events/post', '/internal/dead-letters']) {
      const { status } = await at.app.request(path, { method: 'POST', headers, body })
      expect({ path, status }).toEqual({ path, status: 401 })
    }
    const answer = await at.app.request('/internal/posts/states', {
      method: 'POST',
      headers: { ...headers, 'dapr-api-token': at.config.APP_API_TOKEN },
      body: JSON.stringify({ postIds: Array.from({ length: 101 }, newId), viewerId: null }),
    })
    expect(answer.status).toBe(422)
  })

  test('outbox: every event in order, page by page', async () => {
    const postId = at.post(at.person())
    const from = new Date(Date.now() - 1000).toISOString()
    const viewer = at.person()
    await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
    await at.request('DELETE', `/api/v1/posts/${postId}/like`, viewer)
    await at.comment(postId, viewer)
    const items: { type: string; data: { postId: string } }[] = []
    let after: string | null = null
    do {
      const answer = await at.app.request('/internal/outbox', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'dapr-api-token': at.config.APP_API_TOKEN },
        body: JSON.stringify({ from, after, limit: 2 }),
      })
      const page = (await answer.json()) as { items: typeof items; next: string | null }
      items.push(...page.items)
      after = page.next
    } while (after !== null)
    expect(items.filter((item) => item.data.postId === postId).map((item) => item.type)).toEqual([
      events.postLiked.type,
      events.postUnliked.type,
      events.commentCreated.type,
    ])
  })

  test('what is subscribed to is what the architecture says', async () => {
    const answer = await at.app.request('/dapr/subscribe', { headers: { 'dapr-api-token': at.config.APP_API_TOKEN } })
    const routes = ((await answer.json()) as { topic: string }[]).map((subscription) => subscription.topic)
    const topics = ['post', 'account', 'user', 'moderation']
    expect(routes).toEqual([...topics, ...topics.map((topic) => `dead-letter.interaction.${topic}`)])
  })
})
