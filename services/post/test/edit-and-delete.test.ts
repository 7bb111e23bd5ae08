import type { Post, PostEditEntry, ProblemDetails } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => world.dapr.down.clear())
afterAll(() => world.drop())

interface List<Item> {
  items: Item[]
  nextCursor: string | null
}

async function tagged(tag: string): Promise<string[]> {
  const { body } = await world.send<List<Post>>('GET', `/api/v1/tags/${encodeURIComponent(tag)}/posts`)
  return body.items.map((item) => item.id)
}

describe('PATCH /api/v1/posts/{id}', () => {
  test('changes caption, entities and tags, keeps what was there, and tells with a higher version', async () => {
    const louise = world.person()
    const nadar = world.person()
    const post = await world.createPost(louise, { caption: '#before #both' })
    const path = `/api/v1/posts/${post.id}`
    const answer = await world.send<Post>('PATCH', path, {
      as: louise,
      body: { caption: `#both #after @${nadar.username}` },
    })
    expect(answer.status).toBe(200)
    expect(answer.body.entities).toMatchObject([
      { tag: 'both', start: 0, end: 5 },
      { tag: 'after', start: 6, end: 12 },
      { type: 'mention', userId: nadar.id },
    ])
    expect(answer.body.editedAt).not.toBeNull()
    expect((await world.send<Post>('GET', path)).body).toEqual({ ...answer.body, viewer: null })
    expect(await tagged('before')).not.toContain(post.id)
    expect(await tagged('both')).toContain(post.id)
    expect(await tagged('#AFTER')).toContain(post.id)
    expect(await world.eventsOf(post.id)).toMatchObject([
      { type: 'daguerre.post.created.v1', version: '1' },
      {
        type: 'daguerre.post.updated.v1',
        version: '2',
        data: { caption: answer.body.caption, authorPosts: { count: 1, version: 1 } },
      },
    ])
  })

  test('keeps every earlier wording, the latest first, for its author alone', async () => {
    const louise = world.person()
    const post = await world.createPost(louise, { caption: 'one #a' })
    const path = `/api/v1/posts/${post.id}`
    const mediaId = post.media[0]?.id
    await world.send('PATCH', path, { as: louise, body: { caption: 'two' } })
    await world.send('PATCH', path, { as: louise, body: { media: [{ mediaId, altText: 'A bridge' }] } })
    await world.send('PATCH', path, { as: louise, body: { caption: 'three' } })
    const first = await world.send<List<PostEditEntry>>('GET', `${path}/edits?limit=2`, { as: louise })
    expect(first.body.items).toMatchObject([
      { caption: 'two', altTexts: [{ mediaId, altText: 'A bridge' }] },
      { caption: 'two', altTexts: [{ mediaId, altText: '' }] },
    ])
    const cursor = first.body.nextCursor ?? ''
    const rest = await world.send<List<PostEditEntry>>('GET', `${path}/edits?limit=2&cursor=${cursor}`, { as: louise })
    expect(rest.body).toMatchObject({ items: [{ caption: 'one #a', entities: [{ tag: 'a' }] }], nextCursor: null })
    expect((await world.send('GET', `${path}/edits`, { as: world.person() })).status).toBe(403)
    expect((await world.send('GET', `${path}/edits`)).status).toBe(401)
    expect((await world.send('GET', `/api/v1/posts/${newId()}/edits`, { as: louise })).status).toBe(404)
  })

  test('an edit of what was edited since changes nothing, and the one that came already may come again', async () => {
    const louise = world.person()
    const post = await world.createPost(louise, { caption: 'first' })
    function edit(caption: string, ifEditedAt: string | null) {
      return world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, { as: louise, body: { caption, ifEditedAt } })
    }
    const second = await edit('second', null)
    expect(second.status).toBe(200)
    const late = await edit('from another tab', null)
    expect(late).toMatchObject({ status: 409, body: { code: 'post.edited_meanwhile' } })
    expect(await edit('second', null)).toMatchObject({ status: 200, body: { editedAt: second.body.editedAt } })
    const third = await edit('third', second.body.editedAt)
    expect(third).toMatchObject({ status: 200, body: { caption: 'third' } })
  })

  test('an edit that changes nothing leaves no trace', async () => {
    const louise = world.person()
    const post = await world.createPost(louise, { caption: 'same' })
    const body = { caption: ' same ', media: [{ mediaId: post.media[0]?.id, altText: '' }] }
    const answer = await world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, { as: louise, body })
    expect(answer.status).toBe(200)
    expect(answer.body.editedAt).toBeNull()
    expect(await world.eventsOf(post.id)).toHaveLength(1)
  })

  test('a post in work can be edited: it appears with the new words, and only then is told of', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const post = await world.createPost(louise, { caption: '#early', media: [{ mediaId }] })
    await world.send('PATCH', `/api/v1/posts/${post.id}`, {
      as: louise,
      body: { caption: '#late', media: [{ mediaId, altText: 'seen' }] },
    })
    expect(await world.eventsOf(post.id)).toEqual([])
    await world.deliver(world.finish(mediaId))
    const { body } = await world.send<Post>('GET', `/api/v1/posts/${post.id}`)
    expect(body).toMatchObject({ caption: '#late', media: [{ altText: 'seen', state: 'ready' }] })
    expect(await tagged('early')).toEqual([])
    expect(await tagged('late')).toEqual([post.id])
    expect(await world.eventsOf(post.id)).toMatchObject([{ type: 'daguerre.post.created.v1', version: '3' }])
  })

  test('parallel edits lose none: versions and history have no gap', async () => {
    const louise = world.person()
    const post = await world.createPost(louise, { caption: 'start' })
    const captions = Array.from({ length: 8 }, (_, index) => `edit ${index}`)
    const answers = await Promise.all(
      captions.map((caption) => world.send('PATCH', `/api/v1/posts/${post.id}`, { as: louise, body: { caption } })),
    )
    expect(answers.map((answer) => answer.status)).toEqual(captions.map(() => 200))
    const emitted = await world.eventsOf(post.id)
    expect(emitted.map((event) => Number(event.version)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('with user down mentions that were known stay known', async () => {
    const louise = world.person()
    const [nadar, niepce] = [world.person(), world.person()]
    const post = await world.createPost(louise, { caption: `@${nadar.username}` })
    world.dapr.down.add('user')
    const answer = await world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, {
      as: louise,
      body: { caption: `@${niepce.username} and @${nadar.username}` },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('daguerre-degraded')).toBe('user')
    expect(answer.body.entities).toMatchObject([{ userId: null }, { userId: nadar.id }])
  })

  test('is for its author alone, and what is not there or not seen is not found', async () => {
    const louise = world.person()
    const other = world.person()
    const post = await world.createPost(louise)
    const hidden = await world.createPost(louise, { media: [{ mediaId: world.photo(louise, 'processing') }] })
    const body = { caption: 'mine now' }
    const foreign = await world.send('PATCH', `/api/v1/posts/${post.id}`, { as: other, body })
    expect([foreign.status, foreign.body['code']]).toEqual([403, 'post.not_yours'])
    for (const id of [hidden.id, newId()]) {
      const answer = await world.send('PATCH', `/api/v1/posts/${id}`, { as: other, body })
      expect([answer.status, answer.body['code']]).toEqual([404, 'post.not_found'])
    }
    expect((await world.send('PATCH', `/api/v1/posts/${post.id}`, { body })).status).toBe(401)
  })

  test('refuses empty edits, unknown fields, media of another post and ids that are none', async () => {
    const louise = world.person()
    const post = await world.createPost(louise)
    const path = `/api/v1/posts/${post.id}`
    for (const body of [{}, { caption: null }, { location: null }, { media: [] }]) {
      expect((await world.send('PATCH', path, { as: louise, body })).status).toBe(422)
    }
    const foreign = await world.send<ProblemDetails>('PATCH', path, {
      as: louise,
      body: { media: [{ mediaId: newId(), altText: 'x' }] },
    })
    expect(foreign.body).toMatchObject({ code: 'media.not_in_post', errors: [{ pointer: '#/media/0/mediaId' }] })
    expect((await world.send('PATCH', '/api/v1/posts/42', { as: louise, body: { caption: 'x' } })).status).toBe(422)
  })
})

describe('DELETE /api/v1/posts/{id}', () => {
  test('takes a post away everywhere, for good, with one event, and nothing of its words stays in it', async () => {
    const louise = world.person()
    const post = await world.createPost(louise, { caption: 'secret #gone', location: { name: 'Home' } })
    const path = `/api/v1/posts/${post.id}`
    await world.send('PATCH', path, { as: louise, body: { caption: 'another secret #gone' } })
    const answer = await world.send('DELETE', path, { as: louise })
    expect(answer.status).toBe(204)

    for (const [method, body] of [['GET'], ['PATCH', { caption: 'x' }], ['DELETE']] as const) {
      const again = await world.send(method, path, { as: louise, body })
      expect([again.status, again.body['code']]).toEqual([404, 'post.not_found'])
    }
    expect(
      (await world.send<List<Post>>('GET', `/api/v1/users/${louise.id}/posts`, { as: louise })).body.items,
    ).toEqual([])
    expect(await tagged('gone')).toEqual([])
    expect((await world.ask<List<Post>>('/internal/posts/documents', { ids: [post.id] })).body.items).toEqual([])
    expect((await world.ask('/internal/posts/refs', { ids: [post.id] })).body['items']).toEqual([
      {
        id: post.id,
        authorId: louise.id,
        state: 'deleted',
        audience: 'public',
        commentsOff: false,
        likesHidden: false,
        version: 3,
      },
    ])
    expect((await world.eventsOf(post.id)).at(-1)).toEqual({
      type: 'daguerre.post.deleted.v1',
      version: '3',
      data: {
        postId: post.id,
        authorId: louise.id,
        mediaIds: post.media.map(({ id }) => id),
        authorPosts: { count: 0, version: 2 },
      },
    })
    const [row] = await query<{ text: string }>(
      world.fork(),
      `select p::text || (select count(*) from post_edit where post_id = p.id) as text from post p where id = $1`,
      [post.id],
    )
    expect(row?.text).not.toMatch(/secret|Home/)
    expect(row?.text).toMatch(/0$/)
  })

  test('is for its author alone', async () => {
    const louise = world.person()
    const post = await world.createPost(louise)
    const foreign = await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: world.person() })
    expect([foreign.status, foreign.body['code']]).toEqual([403, 'post.not_yours'])
    expect((await world.send('DELETE', `/api/v1/posts/${post.id}`)).status).toBe(401)
    expect((await world.send('GET', `/api/v1/posts/${post.id}`)).status).toBe(200)
  })

  test('sent twice at once deletes once', async () => {
    const louise = world.person()
    const post = await world.createPost(louise)
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })),
    )
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([204, 404, 404])
    expect((await world.eventsOf(post.id)).map((event) => event.type)).toEqual([
      'daguerre.post.created.v1',
      'daguerre.post.deleted.v1',
    ])
  })
})

describe('counts of an author', () => {
  test('are right under parallel creating and deleting, and each version is told once', async () => {
    const louise = world.person()
    const kept = await Promise.all(Array.from({ length: 6 }, () => world.createPost(louise)))
    const gone = await Promise.all(Array.from({ length: 6 }, () => world.createPost(louise)))
    await Promise.all([
      ...gone.map((post) => world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })),
      ...Array.from({ length: 6 }, () => world.createPost(louise)),
    ])
    const told = await query<{ count: number; version: number }>(
      world.fork(),
      `select (data->'authorPosts'->>'count')::int as count, (data->'authorPosts'->>'version')::int as version
       from outbox where data->>'authorId' = $1 order by version`,
      [louise.id],
    )
    expect(told.map((row) => row.version)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
    expect(told.at(-1)?.count).toBe(kept.length + 6)
  })
})

describe('POST /internal/tags', () => {
  test('finds tags by prefix, most used first, with exact counts before and after folding', async () => {
    const louise = world.person()
    async function uses(tag: string, times: number) {
      for (let time = 0; time < times; time++)
        await world.createPost(louise, { caption: `#${tag} #${tag.toUpperCase()}` })
    }
    await uses('zebra_one', 1)
    await uses('zebra_two', 2)
    await uses('zebras', 3)
    await uses('zeppelin', 1)
    const gone = await world.createPost(louise, { caption: '#zebragone' })
    await world.send('DELETE', `/api/v1/posts/${gone.id}`, { as: louise })
    const wanted = [
      { tag: 'zebras', posts: 3 },
      { tag: 'zebra_two', posts: 2 },
      { tag: 'zebra_one', posts: 1 },
    ]
    for (const prefix of ['zebra', '#ZEBRA', 'zebra']) {
      const { body } = await world.ask('/internal/tags', { prefix, limit: 10 })
      expect(body['items']).toEqual(wanted)
      await foldCounters(world.fork())
    }
    const { body } = await world.ask('/internal/tags', { prefix: 'zebra_', limit: 1 })
    expect(body['items']).toEqual([{ tag: 'zebra_two', posts: 2 }])
    for (const prefix of ['', '%', 'zebra%', 'nothing']) {
      expect((await world.ask('/internal/tags', { prefix, limit: 10 })).body['items']).toEqual([])
    }
  })
})
