import { Page, Person as Profile, Post, PostEditEntry } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, done, read, refused } from '../support/api.ts'
import { type Person, signUp, unique } from '../support/people.ts'
import { forEverybody, fourCorners, readyPhoto, truncatedPhoto } from '../support/photos.ts'
import { allOf, idsOf, photoOf, postInWork, publish, published } from '../support/posts.ts'
import { settled, soon } from '../support/soon.ts'

let louise: Person
let nadar: Person

beforeAll(async () => {
  ;[louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
})

describe.concurrent('posting', () => {
  test('answers 201 with the post and where it is: photos in order, alt texts, place', async () => {
    const media = [await readyPhoto(louise), await readyPhoto(louise)]
    const location = { name: 'Pont Neuf', latitude: 48.857, longitude: 2.341 }
    const answer = await api(louise).post('/api/v1/posts', {
      caption: '  Two plates \n',
      media: [{ mediaId: media[1]!.id, altText: 'The bridge' }, { mediaId: media[0]!.id }],
      location,
    })
    const post = await read(Post, answer, 201)
    expect(answer.headers.get('location')).toBe(`/api/v1/posts/${post.id}`)
    expect(post).toMatchObject({
      author: { id: louise.id, username: louise.username },
      caption: 'Two plates',
      location,
      counts: { likes: 0, comments: 0 },
      viewer: { liked: false, saved: false },
      editedAt: null,
    })
    const seen = await published(louise, post.id)
    expect(seen.media).toEqual([
      { ...forEverybody(media[1]!), altText: 'The bridge' },
      { ...forEverybody(media[0]!), altText: '' },
    ])
    expect(await read(Post, api().get(`/api/v1/posts/${post.id}`))).toEqual({ ...seen, viewer: null })
  })

  test('finds hashtags and mentions in every script, with offsets in code points', async () => {
    const caption = `🌉 #Größe, @${nadar.username} and #写真!`
    const { entities } = await publish(louise, caption)
    const end = Array.from(caption).length - 1
    expect(entities).toEqual([
      { type: 'hashtag', tag: 'größe', start: 2, end: 8 },
      {
        type: 'mention',
        username: nadar.username,
        userId: nadar.id,
        start: 10,
        end: 11 + nadar.username.length,
      },
      { type: 'hashtag', tag: '写真', start: end - 3, end },
    ])
  })

  test('with a photo in work is `processing`, for its author alone, and appears when the photo is ready', async () => {
    const post = await postInWork(louise, await fourCorners(3000, 2000).jpeg().toBuffer())
    await refused(api(nadar).get(`/api/v1/posts/${post.id}`), 404, 'post.not_found')
    const seen = await soon('somebody else sees the post', async () => {
      const answer = await api(nadar).get<Post>(`/api/v1/posts/${post.id}`)
      return answer.status === 200 && answer.body
    })
    expect(seen).toMatchObject({ id: post.id, state: 'published', media: [{ state: 'ready' }] })
  })

  test('with a photo that fails is `failed`, which its author sees', async () => {
    const { id } = await postInWork(louise, await truncatedPhoto())
    await settled(async () => {
      const post = await read(Post, api(louise).get(`/api/v1/posts/${id}`))
      expect(post).toMatchObject({ state: 'failed', media: [{ state: 'failed', reason: 'truncated' }] })
    })
    await refused(api().get(`/api/v1/posts/${id}`), 404, 'post.not_found')
  })

  test("somebody else's photo cannot be posted", async () => {
    const body = { media: [{ mediaId: await photoOf(nadar) }] }
    const answer = await api(louise).post<{ errors: unknown }>('/api/v1/posts', body)
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: '#/media/0/mediaId' }])
  })
})

describe.concurrent('editing and deleting', () => {
  test('caption and alt text change, and what they were is kept for the author', async () => {
    const post = await publish(louise, 'First wording')
    const mediaId = post.media[0]!.id
    const path = `/api/v1/posts/${post.id}`
    const second = await read(Post, api(louise).patch(path, { caption: 'Second #wording' }))
    expect(second).toMatchObject({ caption: 'Second #wording', entities: [{ tag: 'wording' }] })
    expect(second.editedAt).not.toBeNull()
    const third = await read(Post, api(louise).patch(path, { media: [{ mediaId, altText: 'A better text' }] }))
    expect(third).toMatchObject({ caption: 'Second #wording', media: [{ altText: 'A better text' }] })

    const edits = await allOf(PostEditEntry, louise, `${path}/edits`, 1)
    expect(edits.map(({ caption, altTexts }) => [caption, altTexts[0]?.altText])).toEqual([
      ['Second #wording', 'Four colours'],
      ['First wording', 'Four colours'],
    ])
    await refused(api(nadar).get(`${path}/edits`), 403, 'post.not_yours')
  })

  test('only the author edits and deletes', async () => {
    const { id } = await publish(louise)
    await refused(api(nadar).patch(`/api/v1/posts/${id}`, { caption: 'Mine' }), 403, 'post.not_yours')
    await refused(api(nadar).delete(`/api/v1/posts/${id}`), 403, 'post.not_yours')
  })

  test('a deleted post is gone from everywhere', async () => {
    const tag = `t${unique()}`
    const { id } = await publish(louise, `#${tag}`)
    const post = `/api/v1/posts/${id}`
    for (const who of [nadar, undefined]) await read(Post, api(who).get(post))
    await done(api(louise).delete(post))
    for (const who of [louise, nadar]) await refused(api(who).get(post), 404, 'post.not_found')
    await refused(api(louise).delete(post), 404, 'post.not_found')
    // What was answered to somebody who is not signed in is repeated for a second.
    await settled(() => refused(api().get(post), 404, 'post.not_found'))
    for (const path of [`/api/v1/users/${louise.id}/posts`, `/api/v1/tags/${tag}/posts`]) {
      expect(idsOf((await read(Page(Post), api(louise).get(path))).items)).not.toContain(id)
    }
    await settled(async () => {
      expect(idsOf((await read(Page(Post), api(nadar).get('/api/v1/feed'))).items)).not.toContain(id)
    })
  })
})

describe('lists of posts', () => {
  test('of a person: newest first, page by page, those in work for the author alone; the profile counts them', async () => {
    const author = await signUp('author')
    const posts: Post[] = []
    for (let count = 0; count < 3; count++) posts.unshift(await publish(author, `No. ${count}`))
    const own = await postInWork(author, await truncatedPhoto())

    for (const name of [author.id, author.username]) {
      expect(idsOf(await allOf(Post, undefined, `/api/v1/users/${name}/posts`, 2))).toEqual(idsOf(posts))
    }
    expect(idsOf(await allOf(Post, author, `/api/v1/users/${author.id}/posts`, 2))).toEqual([own.id, ...idsOf(posts)])

    await settled(async () => {
      const { counts } = await read(Profile, api().get(`/api/v1/users/${author.id}`))
      expect(counts.posts).toBe(3)
    })
    await done(api(author).delete(`/api/v1/posts/${posts[0]!.id}`))
    await settled(async () => {
      const { counts } = await read(Profile, api().get(`/api/v1/users/${author.id}`))
      expect(counts.posts).toBe(2)
    })
  })

  test('of a hashtag: whatever the case, with or without #', async () => {
    const tag = `ü${unique()}`
    const first = await publish(louise, `#${tag}`)
    const second = await publish(nadar, `#${tag.toUpperCase()}`)
    for (const name of [tag, tag.toUpperCase(), `#${tag}`]) {
      const posts = await allOf(Post, undefined, `/api/v1/tags/${encodeURIComponent(name)}/posts`, 1)
      expect(idsOf(posts)).toEqual([second.id, first.id])
    }
  })
})
