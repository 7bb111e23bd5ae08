import { codePointLength, type Post, type ProblemDetails } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => {
  world.dapr.down.clear()
  world.hooks.afterMediaAnswer = undefined
})
afterAll(() => world.drop())

async function countPosts(): Promise<number> {
  const [row] = await query<{ n: number }>(world.fork(), '/* test */ select count(*)::int as n from post')
  return row?.n ?? 0
}

describe('POST /api/v1/posts', () => {
  test('a post of ready media is visible to all at once, with Location and one event', async () => {
    const louise = world.person()
    const nadar = world.person()
    const mediaId = world.photo(louise)
    const answer = await world.send<Post>('POST', '/api/v1/posts', {
      as: louise,
      body: {
        caption: ` The #Bridge with @${nadar.username} `,
        media: [{ mediaId, altText: 'A bridge' }],
        location: { name: 'Paris', latitude: 48.85, longitude: 2.35 },
      },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1/posts/${answer.body.id}`)
    expect(answer.headers.get('daguerre-degraded')).toBeNull()
    expect(answer.body).toMatchObject({
      author: { id: louise.id, username: louise.username, displayName: louise.username.toUpperCase() },
      caption: `The #Bridge with @${nadar.username}`,
      entities: [
        { type: 'hashtag', start: 4, end: 11, tag: 'bridge' },
        { type: 'mention', start: 17, username: nadar.username, userId: nadar.id },
      ],
      media: [{ id: mediaId, state: 'ready', altText: 'A bridge', width: 4000 }],
      location: { name: 'Paris', latitude: 48.85, longitude: 2.35 },
      counts: { likes: 0, comments: 0 },
      viewer: { liked: false, saved: false },
      state: 'published',
      editedAt: null,
    })
    const seen = await world.send<Post>('GET', `/api/v1/posts/${answer.body.id}`)
    expect(seen.status).toBe(200)
    expect(seen.body).toEqual({ ...answer.body, viewer: null })
    const emitted = await world.eventsOf(answer.body.id)
    expect(emitted).toMatchObject([
      {
        type: 'daguerre.post.created.v1',
        version: '1',
        data: {
          authorId: louise.id,
          authorUsername: louise.username,
          thumbnailUrl: `/media/${mediaId}/thumbnail.webp`,
          authorPosts: { count: 1, version: 1 },
          createdAt: answer.body.createdAt,
        },
      },
    ])
  })

  test('what a post says survives the way through the database unchanged', async () => {
    const louise = world.person()
    const caption = `"quotes" \\ 'single' $1 ? \n\t🎞️ é ${'x'.repeat(10)}`
    const post = await world.createPost(louise, { caption })
    const { body } = await world.send<Post>('GET', `/api/v1/posts/${post.id}`)
    expect(body.caption).toBe(caption)
    expect(body.location).toBeNull()
  })

  test('offsets count code points, in text of all scripts', async () => {
    const post = await world.createPost(world.person(), { caption: '👩‍🚀🌍 #写真 и #Тег' })
    const points = Array.from(post.caption)
    expect(post.entities.map(({ start, end }) => points.slice(start, end).join(''))).toEqual(['#写真', '#Тег'])
    expect(post.entities).toMatchObject([{ tag: '写真' }, { tag: 'тег' }])
  })

  test('a caption of 2200 code points beyond the BMP is taken, one of 2201 is not', async () => {
    const post = await world.createPost(world.person(), { caption: '📷'.repeat(2200) })
    expect(codePointLength(post.caption)).toBe(2200)
    const louise = world.person()
    const answer = await world.send<ProblemDetails>('POST', '/api/v1/posts', {
      as: louise,
      body: { caption: '📷'.repeat(2201), media: [{ mediaId: world.photo(louise) }] },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: '#/caption' }])
  })

  test('ten media are taken, eleven, none and the same one twice are not', async () => {
    const louise = world.person()
    const photos = Array.from({ length: 11 }, () => ({ mediaId: world.photo(louise) }))
    const ten = await world.createPost(louise, { media: photos.slice(0, 10) })
    expect(ten.media.map((item) => item.id)).toEqual(photos.slice(0, 10).map((item) => item.mediaId))
    for (const media of [
      photos,
      [],
      [photos[0], photos[0]],
      [photos[0], { mediaId: photos[0]?.mediaId.toUpperCase() }],
    ]) {
      const answer = await world.send<ProblemDetails>('POST', '/api/v1/posts', { as: louise, body: { media } })
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer: '#/media' }])
    }
  })

  test.each([
    ['an unknown field', { surprise: true }],
    ['a control character', { caption: 'a\u0000b' }],
    ['a wrong type', { caption: 7 }],
    ['half a place', { location: { name: 'Paris', latitude: 1 } }],
    ['a media id that is none', { media: [{ mediaId: '42' }] }],
  ])('%s is refused and nothing is written', async (_name, fields) => {
    const louise = world.person()
    const before = await countPosts()
    const answer = await world.send<ProblemDetails>('POST', '/api/v1/posts', {
      as: louise,
      body: { caption: 'x', media: [{ mediaId: world.photo(louise) }], ...fields },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.code).toBe('request.invalid')
    expect(answer.body.errors?.length).toBeGreaterThan(0)
    expect(await countPosts()).toBe(before)
  })

  test('a lone surrogate and malformed JSON are refused', async () => {
    const louise = world.person()
    const media = `[{"mediaId":"${world.photo(louise)}"}]`
    const lone = await world.send('POST', '/api/v1/posts', {
      as: louise,
      body: `{"caption":"\\ud800","media":${media}}`,
    })
    expect(lone.status).toBe(422)
    const malformed = await world.send('POST', '/api/v1/posts', { as: louise, body: '{"caption":' })
    expect(malformed.status).toBe(400)
    expect(malformed.body['code']).toBe('request.malformed_json')
  })

  test('nobody posts without signing in', async () => {
    const answer = await world.send('POST', '/api/v1/posts', { body: { media: [{ mediaId: newId() }] } })
    expect(answer.status).toBe(401)
  })

  test("somebody else's media and one that is not there are refused in the same words", async () => {
    const louise = world.person()
    const bodies = []
    for (const mediaId of [world.photo(world.person()), newId()]) {
      const answer = await world.send<ProblemDetails>('POST', '/api/v1/posts', {
        as: louise,
        body: { media: [{ mediaId: world.photo(louise) }, { mediaId }] },
      })
      expect(answer.status).toBe(422)
      const { requestId: _id, ...body } = answer.body
      bodies.push(body)
    }
    expect(bodies[0]).toMatchObject({ code: 'media.not_found', errors: [{ pointer: '#/media/1/mediaId' }] })
    expect(bodies[1]).toEqual(bodies[0])
  })

  test("somebody else's media is refused also when its event was heard before", async () => {
    const owner = world.person()
    const mediaId = world.photo(owner, 'processing')
    await world.deliver(world.finish(mediaId))
    const answer = await world.send('POST', '/api/v1/posts', { as: world.person(), body: { media: [{ mediaId }] } })
    expect(answer.status).toBe(422)
    expect(answer.body['code']).toBe('media.not_found')
  })

  test('a failed media is refused, one that is not uploaded is a conflict', async () => {
    const louise = world.person()
    const failed = await world.send<ProblemDetails>('POST', '/api/v1/posts', {
      as: louise,
      body: { media: [{ mediaId: world.photo(louise, 'failed') }] },
    })
    expect(failed.status).toBe(422)
    expect(failed.body).toMatchObject({ code: 'media.failed', errors: [{ pointer: '#/media/0/mediaId' }] })
    const uploading = await world.send<ProblemDetails>('POST', '/api/v1/posts', {
      as: louise,
      body: { media: [{ mediaId: world.photo(louise, 'uploading') }] },
    })
    expect(uploading.status).toBe(409)
    expect(uploading.body.code).toBe('media.not_uploaded')
  })

  test('creating costs one invocation of media and none where its event was heard before', async () => {
    const louise = world.person()
    const nadar = world.person()
    await world.createPost(louise)
    world.dapr.reset()
    await world.createPost(louise, {
      caption: `@${nadar.username}`,
      media: [1, 2, 3].map(() => ({ mediaId: world.photo(louise) })),
    })
    expect(world.dapr.calls.invoke).toEqual({ media: 1, user: 1 })

    const mediaId = world.photo(louise, 'processing')
    await world.deliver(world.finish(mediaId))
    world.dapr.reset()
    world.dapr.down.add('media')
    expect((await world.createPost(louise, { media: [{ mediaId }] })).state).toBe('published')
    expect(world.dapr.calls.invoke).toEqual({})
  })

  test('with media down nothing is written', async () => {
    const louise = world.person()
    const before = await countPosts()
    world.dapr.down.add('media')
    const answer = await world.send('POST', '/api/v1/posts', {
      as: louise,
      body: { media: [{ mediaId: world.photo(louise) }] },
    })
    expect(answer.status).toBe(503)
    expect(answer.body['code']).toBe('media.unavailable')
    expect(await countPosts()).toBe(before)
  })

  test('with user down a post is made, its mentions unresolved, and the answer says so', async () => {
    const louise = world.person()
    const nadar = world.person()
    world.dapr.down.add('user')
    const answer = await world.send<Post>('POST', '/api/v1/posts', {
      as: louise,
      body: { caption: `@${nadar.username}`, media: [{ mediaId: world.photo(louise) }] },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('daguerre-degraded')).toBe('user')
    expect(answer.body.entities).toMatchObject([{ type: 'mention', username: nadar.username, userId: null }])
    expect(answer.body.author).toEqual({
      id: louise.id,
      username: louise.username,
      displayName: louise.username,
      avatar: null,
    })
  })

  test('a double submit with one key makes one post; the same key with another body is refused', async () => {
    const louise = world.person()
    const body = { caption: 'once', media: [{ mediaId: world.photo(louise) }] }
    const headers = { 'idempotency-key': newId() }
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.send<Post>('POST', '/api/v1/posts', { as: louise, body, headers })),
    )
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201])
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(await world.eventsOf(answers[0]?.body.id ?? '')).toHaveLength(1)
    const other = await world.send('POST', '/api/v1/posts', {
      as: louise,
      body: { ...body, caption: 'twice' },
      headers,
    })
    expect(other.status).toBe(422)
  })
})

describe('POST /api/v1/posts with an Idempotency-Key, while neighbours hang', () => {
  test('no connection is held while media is asked: more posts than connections wait, and reading goes on', async () => {
    const louise = world.person()
    const seen = await world.createPost(louise)
    const inMedia = Promise.withResolvers<void>()
    const answerNow = Promise.withResolvers<void>()
    let asked = 0
    world.hooks.afterMediaAnswer = async () => {
      if (++asked === 12) inMedia.resolve()
      await answerNow.promise
    }
    // The pool has ten connections.
    const waiting = Array.from({ length: 12 }, () =>
      world.send('POST', '/api/v1/posts', {
        as: louise,
        body: { caption: 'patience', media: [{ mediaId: world.photo(louise) }] },
        headers: { 'idempotency-key': newId() },
      }),
    )
    await inMedia.promise
    expect((await world.send('GET', `/api/v1/posts/${seen.id}`)).status).toBe(200)
    answerNow.resolve()
    expect((await Promise.all(waiting)).map((answer) => answer.status)).toEqual(waiting.map(() => 201))
  })

  test('what was answered before is answered again, whatever became of media and user', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const request = { as: louise, body: { media: [{ mediaId }] }, headers: { 'idempotency-key': newId() } }
    const first = await world.send<Post>('POST', '/api/v1/posts', request)
    world.dapr.down.add('media').add('user')
    await world.deliver(world.finish(mediaId, 'failed'))
    const again = await world.send<Post>('POST', '/api/v1/posts', request)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })
})

describe('POST /posts, as an earlier system had it', () => {
  test.each([
    (id: string) => `/media/${id}/medium.webp`,
    (id: string) => `http://localhost:8080/media/${id}/medium.webp`,
    (id: string) => `/api/v1/media/${id}`,
  ])('posts a media of this server, marked as deprecated (%#)', async (url) => {
    const louise = world.person()
    const mediaId = world.photo(louise)
    const answer = await world.send<Post>('POST', '/posts', {
      as: louise,
      body: { caption: 'Old #ways', mediaUrl: url(mediaId) },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      caption: 'Old #ways',
      media: [{ id: mediaId, altText: '' }],
      state: 'published',
    })
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(answer.headers.get('link')).toBe('</api/v1/posts>; rel="successor-version"')
  })

  const elsewhere = 'https://elsewhere.example.org/photo.jpg'

  test('has a photo of elsewhere imported, once a key, and publishes when it is there', async () => {
    const louise = world.person()
    world.imports.wanted = []
    const request = {
      as: louise,
      body: { caption: 'From elsewhere', mediaUrl: elsewhere },
      headers: { 'idempotency-key': newId() },
    }
    const made = await world.send<Post>('POST', '/posts', request)
    expect(made).toMatchObject({ status: 201, body: { state: 'processing', caption: 'From elsewhere' } })
    const again = await world.send<Post>('POST', '/posts', request)
    expect(again).toMatchObject({ status: 201, body: made.body })
    const id = made.body.media[0]!.id
    expect(world.imports.wanted).toEqual([{ id, ownerId: louise.id, url: elsewhere }])
    await world.deliver(world.finish(id))
    const post = await world.send<Post>('GET', `/api/v1/posts/${made.body.id}`)
    expect(post.body).toMatchObject({ state: 'published', media: [{ id, state: 'ready' }] })
  })

  test('a photo of elsewhere that cannot be had fails its post', async () => {
    const louise = world.person()
    const made = await world.send<Post>('POST', '/posts', { as: louise, body: { mediaUrl: elsewhere } })
    await world.deliver(world.finish(made.body.media[0]!.id, 'failed'))
    const path = `/api/v1/posts/${made.body.id}`
    expect((await world.send<Post>('GET', path, { as: louise })).body).toMatchObject({ state: 'failed' })
    expect((await world.send('GET', path)).status).toBe(404)
  })

  test('refuses a photo of elsewhere that media does not fetch, and says so when media does not answer', async () => {
    const louise = world.person()
    async function refusal(mediaUrl = elsewhere) {
      const { status, body } = await world.send<ProblemDetails>('POST', '/posts', { as: louise, body: { mediaUrl } })
      return { status, code: body.code, at: body.errors?.[0]?.pointer }
    }
    world.imports.outcome = 'off'
    expect(await refusal()).toEqual({ status: 422, code: 'media.url_foreign', at: '#/mediaUrl' })
    world.imports.outcome = 'url_refused'
    expect(await refusal('http://10.0.0.1/')).toEqual({ status: 422, code: 'media.url_refused', at: '#/mediaUrl' })
    world.imports.outcome = 'started'
    world.dapr.down.add('media')
    expect(await refusal()).toMatchObject({ status: 503, code: 'media.unavailable' })
    world.dapr.down.delete('media')
    world.imports.wanted = []
    for (const url of ['/other/x', 'http://localhost:8080/other/x', 'photo.jpg']) {
      expect(await refusal(url)).toMatchObject({ status: 422, code: 'media.url_foreign' })
    }
    expect(world.imports.wanted).toEqual([])
  })

  test('refuses a media of somebody else at its own pointer', async () => {
    const louise = world.person()
    const stolen = await world.send<ProblemDetails>('POST', '/posts', {
      as: louise,
      body: { caption: '', mediaUrl: `/media/${world.photo(world.person())}/medium.webp` },
    })
    expect(stolen.body).toMatchObject({ code: 'media.not_found', errors: [{ pointer: '#/mediaUrl' }] })
    const odd = await world.send<ProblemDetails>('POST', '/posts', {
      as: louise,
      body: { caption: '', mediaUrl: `/media/${world.photo(louise)}/medium.webp\u0000` },
    })
    expect(odd.body).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '#/mediaUrl' }] })
    expect((await world.send('POST', '/posts', { body: { caption: '', mediaUrl: '/media/x' } })).status).toBe(401)
  })
})
