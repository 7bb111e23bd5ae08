import { events } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

async function waitingForLocks(): Promise<number> {
  const rows = await query(
    at.forkEm(),
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

async function countsOf(postId: string) {
  return (await at.states([postId])).get(postId)?.counts
}

describe('commenting', () => {
  test('answers 201 with the comment, where it is, and tells of it', async () => {
    const [author, viewer] = [at.person(), at.person()]
    const mentioned = at.person('nadar')
    const postId = at.post(author)
    at.dapr.reset()
    const answer = await at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, {
      text: '  😀 @nadar #Light @nobody.here ',
    })
    const entities = [
      { type: 'mention', start: 2, end: 8, username: 'nadar', userId: mentioned.id },
      { type: 'hashtag', start: 9, end: 15, tag: 'light' },
      { type: 'mention', start: 16, end: 28, username: 'nobody.here', userId: null },
    ]
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      id: expect.any(String),
      postId,
      parentId: null,
      author: at.people.get(viewer.id),
      text: '😀 @nadar #Light @nobody.here',
      entities,
      counts: { likes: 0, replies: 0 },
      viewer: { liked: false },
      createdAt: expect.any(String),
    })
    expect(answer.headers.get('location')).toBe(`/api/v1/comments/${answer.body.id}`)
    // Who its author is, how the two stand to each other, the names, and whether anything holds it.
    expect(at.dapr.calls.invoke).toEqual({ post: 1, user: 4 })
    expect((await at.request('GET', `/api/v1/comments/${answer.body.id}`, viewer)).body).toEqual(answer.body)
    expect(await at.emitted(events.commentCreated, postId)).toEqual([
      {
        subject: answer.body.id,
        version: 1,
        data: {
          commentId: answer.body.id,
          postId,
          postAuthorId: author.id,
          parentId: null,
          repliedToId: null,
          authorId: viewer.id,
          text: answer.body.text,
          entities,
          at: answer.body.createdAt,
          released: false,
        },
      },
    ])
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 1 })
  })

  test('with one idempotency key makes one comment, also sent twice at once; another body is refused', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    function send(text: string) {
      const headers = { 'idempotency-key': `key-${postId}` }
      return at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, { text }, headers)
    }
    const [first, second] = await Promise.all([send('Once'), send('Once')])
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).toBe(first.body.id)
    expect((await send('Once')).headers.get('idempotency-replayed')).toBe('true')
    expect((await send('Twice')).status).toBe(422)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 1 })
    expect(await at.emitted(events.commentCreated, postId)).toHaveLength(1)
  })

  test('refuses what is no comment, and writes nothing', async () => {
    const viewer = at.person()
    const postId = at.post(at.person())
    const path = `/api/v1/posts/${postId}/comments`
    const bad: [unknown, string][] = [
      [{ text: '' }, '#/text'],
      [{ text: ' \n ' }, '#/text'],
      [{ text: 'x'.repeat(1001) }, '#/text'],
      [{ text: '😀'.repeat(1001) }, '#/text'],
      [{ text: 'bell \u0007' }, '#/text'],
      [{ text: 'null \u0000' }, '#/text'],
      ['{"text":"lone \\ud800 surrogate"}', '#/text'],
      [{ text: 7 }, '#/text'],
      [{}, '#/text'],
      [{ text: 'fine', colour: 'blue' }, '#/colour'],
      [{ text: 'fine', parentId: 'none' }, '#/parentId'],
      [{ text: 'fine', parentId: null }, '#/parentId'],
      [{ text: 'fine', parentId: newId() }, '#/parentId'],
    ]
    for (const [body, pointer] of bad) {
      expect({ sent: body, ...(await at.request('POST', path, viewer, body)) }).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      })
    }
    expect(await at.request('POST', path, viewer, '{"text":')).toMatchObject({
      status: 400,
      body: { code: 'request.malformed_json' },
    })
    expect(await at.request('POST', path, viewer, 'text', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
      body: { code: 'request.unsupported_media_type' },
    })
    expect((await at.request('POST', path, undefined, { text: 'fine' })).status).toBe(401)
    expect((await at.request('POST', `/api/v1/posts/${newId()}/comments`, viewer, { text: 'fine' })).status).toBe(404)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 0 })
    expect(await at.emitted(events.commentCreated, postId)).toEqual([])
    expect((await at.request('POST', path, viewer, { text: '😀'.repeat(1000) })).status).toBe(201)
  })

  test('takes no blocked word and no blocked address, names the field and not the word, and holds nothing', async () => {
    at.blockedTexts.push(
      { kind: 'word', value: 'lead', effect: 'refuse' },
      { kind: 'domain', value: 'evil.example', effect: 'hold' },
    )
    const [viewer, postId] = [at.person(), at.post(at.person())]
    function send(text: string) {
      return at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, { text })
    }
    const refused = [await send('L\u00adEAD'), await send('See https://www.evil.example/x')]
    expect(refused.map(({ status, body }) => [status, body.code, body.errors[0].pointer])).toEqual([
      [422, 'text.blocked', '#/text'],
      [422, 'text.blocked', '#/text'],
    ])
    expect((await send('Leaden')).status).toBe(201)
    at.blockedTexts.splice(0)
    expect((await countsOf(postId))?.comments).toBe(1)
  })

  test('mentions so many people a day, of whom captions take some, and fewer in the first week', async () => {
    const [viewer, postId] = [at.person(), at.post(at.person())]
    const names = Array.from({ length: 26 }, () => at.person().username).map((name) => `@${name}`)
    function send(text: string) {
      return at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, { text })
    }
    expect((await send(names.slice(0, 25).join(' '))).status).toBe(201)
    // As by a caption.
    await at.mentions.take(viewer.id, 24)
    const over = await send(names.slice(0, 2).join(' '))
    expect([over.status, over.body.code]).toEqual([429, 'mention.too_many'])
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect((await send(`${names[25]}`)).status).toBe(201)
    expect((await send('Nobody at all')).status).toBe(201)
    expect((await countsOf(postId))?.comments).toBe(3)
  })

  test('goes on while user is down: mentions without ids, the name of the token, and the header says so', async () => {
    const viewer = at.person()
    at.person('daguerre.l')
    const postId = at.post(at.person())
    // They have seen the post: without that user alone could tell whether they may.
    await at.request('GET', `/api/v1/posts/${postId}/comments`, viewer)
    at.dapr.down.add('user')
    const answer = await at.request('POST', `/api/v1/posts/${postId}/comments`, viewer, { text: 'See @daguerre.l' })
    at.dapr.down.delete('user')
    expect(answer.status).toBe(201)
    expect(answer.headers.get('daguerre-degraded')).toBe('user')
    expect(answer.body.author).toEqual({
      id: viewer.id,
      username: viewer.username,
      displayName: viewer.username,
      avatar: null,
    })
    expect(answer.body.entities).toEqual([{ type: 'mention', start: 4, end: 15, username: 'daguerre.l', userId: null }])
  })
})

describe('replies', () => {
  test('to a comment and to its replies are one thread, and tell whom they answer', async () => {
    const [a, b, c] = [at.person(), at.person(), at.person()]
    const postId = at.post(at.person())
    const root = await at.comment(postId, a, 'root')
    const reply = await at.comment(postId, b, 'to root', root)
    const deeper = await at.comment(postId, c, 'to the reply', reply)
    const thread = await at.request('GET', `/api/v1/comments/${root}/replies`)
    expect(thread.body.items.map((item: { id: string; parentId: string }) => [item.id, item.parentId])).toEqual([
      [reply, root],
      [deeper, root],
    ])
    const told = await at.emitted(events.commentCreated, postId)
    expect(told.map(({ data }) => [data.parentId, data.repliedToId])).toEqual([
      [null, null],
      [root, a.id],
      [root, b.id],
    ])
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 3 })
    expect((await at.request('GET', `/api/v1/comments/${root}`)).body.counts).toEqual({ likes: 0, replies: 2 })
    expect((await at.request('GET', `/api/v1/comments/${reply}/replies`)).body).toEqual({ items: [], nextCursor: null })
  })

  test('to a comment of another post are refused', async () => {
    const viewer = at.person()
    const [one, two] = [at.post(viewer), at.post(viewer)]
    const root = await at.comment(one, viewer)
    const answer = await at.request('POST', `/api/v1/posts/${two}/comments`, viewer, { text: 'Here', parentId: root })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/parentId' }] } })
    expect(await countsOf(two)).toEqual({ likes: 0, comments: 0 })
  })

  test('come oldest first in pages, and their cursor is of no other thread', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const [root, other] = [await at.comment(postId, viewer), await at.comment(postId, viewer)]
    const replies = []
    for (let index = 0; index < 5; index++) replies.push(await at.comment(postId, viewer, `${index}`, root))
    const seen = []
    let cursor = ''
    do {
      const { body } = await at.request('GET', `/api/v1/comments/${root}/replies?limit=2${cursor}`)
      seen.push(...body.items.map((item: { id: string }) => item.id))
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
    } while (cursor)
    expect(seen).toEqual(replies)
    const first = await at.request('GET', `/api/v1/comments/${root}/replies?limit=2`)
    const elsewhere = `/api/v1/comments/${other}/replies?limit=2&cursor=${first.body.nextCursor}`
    expect((await at.request('GET', elsewhere)).status).toBe(400)
    expect((await at.request('GET', `/api/v1/comments/${newId()}/replies`)).status).toBe(404)
  })
})

describe('comments of a post', () => {
  test('are the first level, newest first, in pages without gap or double, with what the viewer likes', async () => {
    const [viewer, other] = [at.person(), at.person()]
    const postId = at.post(at.person())
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.push(await at.comment(postId, index % 2 ? viewer : other, `${index}`))
    await at.comment(postId, viewer, 'reply', ids[0])
    await at.request('POST', `/api/v1/comments/${ids[3]}/like`, viewer)
    const first = await at.request('GET', `/api/v1/posts/${postId}/comments?limit=3`, viewer)
    await at.comment(postId, other, 'meanwhile')
    const second = await at.request(
      'GET',
      `/api/v1/posts/${postId}/comments?limit=3&cursor=${first.body.nextCursor}`,
      viewer,
    )
    const items = [...first.body.items, ...second.body.items]
    expect(items.map((item) => item.id)).toEqual(ids.toReversed())
    expect(items.map((item) => item.viewer.liked)).toEqual([false, true, false, false, false])
    expect(items.map((item) => item.counts)).toEqual([
      { likes: 0, replies: 0 },
      { likes: 1, replies: 0 },
      { likes: 0, replies: 0 },
      { likes: 0, replies: 0 },
      { likes: 0, replies: 1 },
    ])
    expect(second.body.nextCursor).toBeNull()
    const anonymous = await at.request('GET', `/api/v1/posts/${postId}/comments`)
    expect(anonymous.body.items[0].viewer).toBeNull()
  })

  test('cost at most two invocations of user a page, none of post, and none for authors that are known', async () => {
    const fresh = await createFixture()
    try {
      const author = fresh.person()
      const id = fresh.post(author)
      for (let index = 0; index < 3; index++) await fresh.comment(id, fresh.person(), `@${author.username}`)
      fresh.dapr.reset()
      await fresh.request('GET', `/api/v1/posts/${id}/comments`)
      expect(fresh.dapr.calls.invoke).toEqual({ user: 2 })
      fresh.dapr.reset()
      await fresh.request('GET', `/api/v1/posts/${id}/comments`)
      expect(fresh.dapr.calls.invoke).toEqual({})
    } finally {
      await fresh.drop()
    }
  })

  test('refuse a cursor of another post', async () => {
    const viewer = at.person()
    const [one, two] = [at.post(viewer), at.post(viewer)]
    for (const postId of [one, one, two, two]) await at.comment(postId, viewer)
    const { body } = await at.request('GET', `/api/v1/posts/${one}/comments?limit=1`)
    expect(await at.request('GET', `/api/v1/posts/${two}/comments?limit=1&cursor=${body.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    })
  })
})

describe('liking a comment', () => {
  test('counts each person once, in parallel too, and never falls below zero', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const id = await at.comment(postId, viewer)
    const people = Array.from({ length: 20 }, () => at.person())
    const answers = await Promise.all(
      [...people, ...people].map((person) => at.request('POST', `/api/v1/comments/${id}/like`, person)),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect((await at.request('POST', `/api/v1/comments/${id}/like`, people[0])).body).toEqual({
      counts: { likes: 20, replies: 0 },
    })
    const undone = await Promise.all(
      [...people, ...people].map((person) => at.request('DELETE', `/api/v1/comments/${id}/like`, person)),
    )
    expect(new Set(undone.map((answer) => answer.status))).toEqual(new Set([204]))
    expect((await at.request('GET', `/api/v1/comments/${id}`)).body.counts.likes).toBe(0)
  })

  test('needs somebody signed in, and a comment that is there', async () => {
    const viewer = at.person()
    for (const method of ['POST', 'DELETE']) {
      expect((await at.request(method, `/api/v1/comments/${newId()}/like`)).status).toBe(401)
      expect((await at.request(method, `/api/v1/comments/x/like`, viewer)).status).toBe(422)
      expect(await at.request(method, `/api/v1/comments/${newId()}/like`, viewer)).toMatchObject({
        status: 404,
        body: { code: 'comment.not_found' },
      })
    }
  })
})

describe('deleting a comment', () => {
  test('is for its author and the author of the post, and for nobody else', async () => {
    const [postAuthor, author, stranger] = [at.person(), at.person(), at.person()]
    const postId = at.post(postAuthor)
    const [one, two] = [await at.comment(postId, author), await at.comment(postId, author)]
    expect((await at.request('DELETE', `/api/v1/comments/${one}`)).status).toBe(401)
    expect(await at.request('DELETE', `/api/v1/comments/${one}`, stranger)).toMatchObject({
      status: 403,
      body: { code: 'comment.not_yours' },
    })
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 2 })
    expect((await at.request('DELETE', `/api/v1/comments/${one}`, author)).status).toBe(204)
    expect((await at.request('DELETE', `/api/v1/comments/${two}`, postAuthor)).status).toBe(204)
    expect((await at.request('DELETE', `/api/v1/comments/${two}`, postAuthor)).status).toBe(404)
    expect((await at.request('DELETE', `/api/v1/comments/none`, postAuthor)).status).toBe(422)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 0 })
    expect((await at.emitted(events.commentDeleted, postId)).map((event) => [event.subject, event.version])).toEqual([
      [one, 2],
      [two, 2],
    ])
  })

  test('of a first-level comment takes its thread along, each with an event of its own', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const [root, kept] = [await at.comment(postId, viewer), await at.comment(postId, viewer)]
    const replies = [await at.comment(postId, at.person(), 'a', root), await at.comment(postId, at.person(), 'b', root)]
    for (const id of [root, ...replies]) await at.request('POST', `/api/v1/comments/${id}/like`, viewer)
    expect((await at.request('DELETE', `/api/v1/comments/${root}`, viewer)).status).toBe(204)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 1 })
    for (const id of [root, ...replies]) expect((await at.request('GET', `/api/v1/comments/${id}`)).status).toBe(404)
    expect((await at.request('GET', `/api/v1/posts/${postId}/comments`)).body.items).toMatchObject([{ id: kept }])
    const told = await at.emitted(events.commentDeleted, postId)
    expect(told.map((event) => `${event.subject} of ${event.data.parentId}`).toSorted()).toEqual(
      [`${root} of null`, ...replies.map((id) => `${id} of ${root}`)].toSorted(),
    )
  })

  test('of a reply lets the thread shrink by one', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const root = await at.comment(postId, viewer)
    const [reply] = [await at.comment(postId, viewer, 'a', root), await at.comment(postId, viewer, 'b', root)]
    await at.request('DELETE', `/api/v1/comments/${reply}`, viewer)
    expect((await at.request('GET', `/api/v1/comments/${root}`)).body.counts.replies).toBe(1)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 2 })
  })

  test('is waited for by a reply to it, which is then refused', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    const root = await at.comment(postId, viewer)
    const path = `/api/v1/posts/${postId}/comments`
    const answer = await at.forkEm().transactional(async (tx) => {
      await query(tx, `/* test */ delete from comment where id = $1`, [root])
      const reply = at.request('POST', path, viewer, { text: 'Too late', parentId: root })
      await waitFor(async () => (await waitingForLocks()) === 1, { what: 'the reply to wait' })
      return { reply }
    })
    expect(await answer.reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/parentId' }] } })
  })

  test('while people reply, like and delete leaves nothing behind and exact counts', async () => {
    const viewer = at.person()
    const postId = at.post(viewer)
    for (let round = 0; round < 5; round++) {
      const root = await at.comment(postId, viewer, 'root')
      const reply = await at.comment(postId, viewer, 'reply', root)
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, () =>
          at.request('POST', `/api/v1/posts/${postId}/comments`, at.person(), { text: 'me too', parentId: root }),
        ),
        ...Array.from({ length: 4 }, () => at.request('POST', `/api/v1/comments/${root}/like`, at.person())),
        at.request('DELETE', `/api/v1/comments/${root}`, viewer),
        at.request('DELETE', `/api/v1/comments/${reply}`, viewer),
        ...Array.from({ length: 6 }, () =>
          at.request('POST', `/api/v1/posts/${postId}/comments`, at.person(), { text: 'me too', parentId: reply }),
        ),
      ])
      expect(answers.filter((answer) => answer.status >= 500)).toEqual([])
    }
    expect(await at.countRows('comment', postId)).toBe(0)
    expect(await at.strayLikes()).toBe(0)
    expect(await countsOf(postId)).toEqual({ likes: 0, comments: 0 })
    const made = (await at.emitted(events.commentCreated, postId)).map((event) => event.subject)
    const deleted = (await at.emitted(events.commentDeleted, postId)).map((event) => event.subject)
    expect(deleted.toSorted()).toEqual(made.toSorted())
  })
})
