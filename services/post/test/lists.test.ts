import type { Post, ProblemDetails } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import type { Viewer } from '@daguerre/kit/http'
import { query } from '@daguerre/kit/postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => world.dapr.down.clear())
afterAll(() => world.drop())

interface List {
  items: Post[]
  nextCursor: string | null
}

function newestFirst(ids: string[]): string[] {
  return ids.toSorted().toReversed()
}

/** Every page of a list, one after the other; `between` runs before each next page. */
async function walk(path: string, limit: number, as?: Viewer, between?: () => Promise<unknown>): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const answer: { status: number; body: List } = await world.send<List>('GET', `${path}?limit=${limit}${query}`, {
      as,
    })
    expect(answer.status).toBe(200)
    ids.push(...answer.body.items.map((item) => item.id))
    cursor = answer.body.nextCursor
    if (cursor !== null) await between?.()
  } while (cursor !== null)
  return ids
}

describe('pages', () => {
  test('45 posts come each exactly once, newest first, also while posts are added and deleted', async () => {
    const louise = world.person()
    const posts = []
    for (let index = 0; index < 45; index++) posts.push(await world.createPost(louise, { caption: '#fortyfive' }))
    const ids = newestFirst(posts.map((post) => post.id))
    async function add() {
      const added = await world.createPost(louise, { caption: '#fortyfive' })
      await world.send('DELETE', `/api/v1/posts/${added.id}`, { as: louise })
      await world.createPost(louise, { caption: 'not tagged' })
    }
    expect(await walk('/api/v1/tags/fortyfive/posts', 20, undefined, add)).toEqual(ids)
    const added = (await walk(`/api/v1/users/${louise.id}/posts`, 100)).length - 45
    expect(added).toBe(2)
    for (const path of [`/api/v1/users/${louise.id}/posts`, `/api/v1/users/${louise.username}/posts`]) {
      const walked = await walk(path, 7, louise, () => world.createPost(louise))
      expect(new Set(walked).size).toBe(walked.length)
      expect(walked.filter((id) => ids.includes(id))).toEqual(ids)
    }
    expect(await walk('/api/v1/tags/fortyfive/posts', 45)).toEqual(ids)
  })

  test('cursors of another list, another viewer or invented are refused', async () => {
    const louise = world.person()
    for (let index = 0; index < 3; index++) await world.createPost(louise, { caption: '#cursors' })
    const { body } = await world.send<List>('GET', '/api/v1/tags/cursors/posts?limit=1', { as: louise })
    const cursor = body.nextCursor ?? ''
    expect((await world.send('GET', `/api/v1/tags/cursors/posts?cursor=${cursor}`, { as: louise })).status).toBe(200)
    for (const [path, as] of [
      [`/api/v1/tags/other/posts?cursor=${cursor}`, louise],
      [`/api/v1/users/${louise.id}/posts?cursor=${cursor}`, louise],
      [`/api/v1/tags/cursors/posts?cursor=${cursor}`, world.person()],
      [`/api/v1/tags/cursors/posts?cursor=${cursor}`, undefined],
      [`/api/v1/tags/cursors/posts?cursor=invented`, louise],
    ] as const) {
      const answer = await world.send<ProblemDetails>('GET', path, { as })
      expect([answer.status, answer.body.code]).toEqual([400, 'cursor.invalid'])
    }
  })

  test.each(['limit=0', 'limit=-1', 'limit=1000000000', 'limit=x', 'page=2'])('%s is refused', async (query) => {
    const louise = world.person()
    for (const path of [`/api/v1/users/${louise.id}/posts`, '/api/v1/tags/any/posts', '/posts/feed']) {
      expect((await world.send('GET', `${path}?${query}`, { as: louise })).status).toBe(422)
    }
  })

  test('what is no person or no tag is refused, nobody is not found, a tag without posts is empty', async () => {
    for (const path of [
      '/api/v1/users/a..b/posts',
      '/api/v1/tags/123/posts',
      '/api/v1/tags/a%20b/posts',
      '/api/v1/posts/42',
    ]) {
      expect((await world.send('GET', path)).status).toBe(422)
    }
    for (const who of [newId(), 'nobody_here']) {
      const answer = await world.send('GET', `/api/v1/users/${who}/posts`)
      expect([answer.status, answer.body['code']]).toEqual([404, 'user.not_found'])
    }
    expect((await world.send('GET', `/api/v1/posts/${newId()}`)).body['code']).toBe('post.not_found')
    expect((await world.send('GET', '/api/v1/tags/nothing_yet/posts')).body).toEqual({ items: [], nextCursor: null })
    expect((await world.send('GET', `/api/v1/users/${world.person().id}/posts`)).body).toEqual({
      items: [],
      nextCursor: null,
    })
  })

  test('a bad token is refused where signing in is not needed', async () => {
    const answer = await world.send('GET', '/api/v1/tags/any/posts', { headers: { authorization: 'Bearer nonsense' } })
    expect(answer.status).toBe(401)
  })
})

describe('GET /posts/feed, as an earlier system had it', () => {
  test("answers the viewer's own posts, in work ones too, marked as deprecated", async () => {
    const louise = world.person()
    await world.createPost(world.person())
    const first = await world.createPost(louise)
    const second = await world.createPost(louise, { media: [{ mediaId: world.photo(louise, 'processing') }] })
    const answer = await world.send<List>('GET', '/posts/feed', { as: louise })
    expect(answer.body.items.map((item) => [item.id, item.state])).toEqual([
      [second.id, 'processing'],
      [first.id, 'published'],
    ])
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(answer.headers.get('link')).toContain('successor-version')
    expect((await world.send('GET', '/posts/feed')).status).toBe(401)
  })
})

describe('presenting', () => {
  async function twentyPosts(tag: string): Promise<Post[]> {
    const posts: Post[] = []
    for (let index = 0; index < 20; index++) posts.push(await world.createPost(world.person(), { caption: `#${tag}` }))
    return posts.toReversed()
  }

  test('a page of 20 costs at most one invocation per neighbour, two of user, and shows counts and what the viewer did', async () => {
    const posts = await twentyPosts('twenty')
    const viewer = world.person()
    const liked = posts[3]?.id ?? ''
    world.states.set(liked, { counts: { likes: 5, comments: 2 }, likedBy: new Set([viewer.id]) })
    await world.emptyCaches()
    world.dapr.reset()
    const answer = await world.send<List>('GET', '/api/v1/tags/twenty/posts', { as: viewer })
    expect(answer.status).toBe(200)
    expect(answer.body.items.map((item) => item.id)).toEqual(posts.map((item) => item.id))
    expect(answer.body.items[3]).toMatchObject({
      counts: { likes: 5, comments: 2 },
      viewer: { liked: true, saved: false },
    })
    expect(answer.body.items[4]).toMatchObject({ counts: { likes: 0, comments: 0 }, viewer: { liked: false } })
    // Who the authors are, and how they and the viewer stand to each other.
    expect(world.dapr.calls.invoke).toEqual({ interaction: 1, user: 2 })
  })

  test('interaction is asked once about a viewer, and again of what the viewer does', async () => {
    const [older, newer] = [await world.createPost(world.person()), await world.createPost(world.person())]
    const viewer = world.person()
    const asked = [newer.id, older.id].map((id) => `/api/v1/posts/${id}`)
    world.dapr.reset()
    for (const path of asked) await world.send('GET', path, { as: viewer })
    expect(world.dapr.calls.invoke['interaction']).toBe(1)
    // Their counts are copied now.
    for (const path of asked) await world.send('GET', path, { as: viewer })
    world.dapr.reset()
    await world.counted(newer.id, { likes: 4, comments: 0, version: 3 })
    expect((await world.send('GET', asked[0]!, { as: viewer })).body).toMatchObject({
      counts: { likes: 4 },
      viewer: { liked: false },
    })
    expect(world.dapr.calls.invoke).not.toHaveProperty('interaction')
    await world.shared.holds.during([copyKey.mark(viewer.id, newer.id)], async () => {
      world.states.set(newer.id, { counts: { likes: 5, comments: 0 }, likedBy: new Set([viewer.id]) })
    })
    expect((await world.send('GET', asked[0]!, { as: viewer })).body).toMatchObject({
      counts: { likes: 5 },
      viewer: { liked: true },
    })
    await world.send('GET', asked[1]!, { as: viewer })
    expect(world.dapr.calls.invoke['interaction']).toBe(1)
  })

  test('copies of a post are held by its edit and its deletion', async () => {
    const author = world.person()
    const post = await world.createPost(author)
    async function isHeld(): Promise<boolean | undefined> {
      return (await world.shared.copies.read([copyKey.post(post.id)]))[0]?.isHeld
    }
    const path = `/api/v1/posts/${post.id.toUpperCase()}`
    await world.send('PATCH', path, { as: author, body: { caption: 'Another' } })
    expect(await isHeld()).toBe(true)
    await world.shared.redis.del(copyKey.post(post.id))
    await world.send('DELETE', path, { as: author })
    expect(await isHeld()).toBe(true)
  })

  test('a page of nothing asks nobody', async () => {
    world.dapr.reset()
    await world.send('GET', '/api/v1/tags/nothing_yet/posts', { as: world.person() })
    expect(world.dapr.calls.invoke).toEqual({})
  })

  test('a page that was shown lately asks nobody, whoever looks', async () => {
    const posts = await twentyPosts('lately')
    const [viewer, other] = [world.person(), world.person()]
    for (const as of [viewer, other]) await world.send('GET', '/api/v1/tags/lately/posts', { as })
    world.dapr.reset()
    for (const as of [viewer, other, undefined]) {
      const answer = await world.send<List>('GET', '/api/v1/tags/lately/posts', { as })
      expect(answer.body.items.map((item) => item.id)).toEqual(posts.map((item) => item.id))
    }
    expect(world.dapr.calls.invoke).toEqual({})
  })

  test('with interaction down counts are those told last, viewer is null, and the answer says so', async () => {
    const post = await world.createPost(world.person())
    await world.counted(post.id, { likes: 4, comments: 2, version: 3 })
    world.dapr.down.add('interaction')
    const answer = await world.send<Post>('GET', `/api/v1/posts/${post.id}`, { as: world.person() })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('daguerre-degraded')).toBe('interaction')
    expect(answer.body).toMatchObject({ counts: { likes: 4, comments: 2 }, viewer: null, caption: 'A photo' })
  })

  test('who is not signed in sees what was told of counts, the newest of it, and interaction is not asked', async () => {
    const post = await world.createPost(world.person())
    world.dapr.reset()
    for (const [version, likes] of [
      [3, 30],
      [5, 50],
      [5, 50],
      [4, 40],
    ] as const) {
      expect(await world.counted(post.id, { likes, comments: 1, version })).toBe('SUCCESS')
    }
    const answer = await world.send<Post>('GET', `/api/v1/posts/${post.id}`)
    expect(answer.body).toMatchObject({ counts: { likes: 50, comments: 1 }, viewer: null })
    expect(world.dapr.calls.invoke).not.toHaveProperty('interaction')
  })

  test('with user down nobody but its author is shown a post of whom nothing is known: it may be of a private account', async () => {
    await world.emptyCaches()
    const louise = world.person('louise.daguerre')
    world.dapr.down.add('user')
    const post = await world.createPost(louise)
    const paths = [
      `/api/v1/posts/${post.id}`,
      '/api/v1/users/louise.daguerre/posts',
      `/api/v1/users/${louise.id}/posts`,
    ]
    for (const path of paths) {
      for (const as of [undefined, world.person()]) {
        const answer = await world.send<Post & List & { code: string }>('GET', path, as ? { as } : {})
        const isList = path.endsWith('posts')
        expect([answer.status, answer.body.code]).toEqual(isList ? [200, undefined] : [503, 'user.unavailable'])
        if (isList) expect([answer.headers.get('daguerre-degraded'), answer.body.items]).toEqual(['user', []])
      }
      const own = await world.send<Post & List>('GET', path, { as: louise })
      expect([own.status, own.headers.get('daguerre-degraded')]).toEqual([200, 'user'])
      expect((own.body.items?.[0] ?? own.body).author).toMatchObject({ id: louise.id, displayName: louise.username })
    }
    // A name that was never seen here cannot be told from one that does not exist.
    expect((await world.send('GET', '/api/v1/users/niepce/posts')).status).toBe(503)
    const unknown = await world.send<List>('GET', `/api/v1/users/${newId()}/posts`)
    expect([unknown.status, unknown.body.items]).toEqual([200, []])
  })

  test('with media down posts are read as ever', async () => {
    const post = await world.createPost(world.person())
    world.dapr.down.add('media')
    const answer = await world.send<Post>('GET', `/api/v1/posts/${post.id}`)
    expect([answer.status, answer.headers.get('daguerre-degraded')]).toEqual([200, null])
  })

  test('with the state store down pages are right and not degraded', async () => {
    const posts = await twentyPosts('stateless')
    world.dapr.down.add('state')
    await world.emptyCaches()
    world.dapr.reset()
    const answer = await world.send<List>('GET', '/api/v1/tags/stateless/posts')
    expect(answer.body.items.map((item) => item.id)).toEqual(posts.map((item) => item.id))
    expect(answer.headers.get('daguerre-degraded')).toBeNull()
    expect(world.dapr.calls.invoke).toEqual({ user: 1 })
  })
})

describe('internal routes', () => {
  test('are closed to all but the sidecar', async () => {
    for (const path of ['posts/documents', 'posts/by-authors', 'posts/refs', 'tags', 'outbox']) {
      expect((await world.send('POST', `/internal/${path}`, { body: {} })).status).toBe(401)
      expect((await world.ask(`/internal/${path}`, { surprise: 1 })).status).toBe(422)
    }
  })

  test('by-authors gives exactly the newest of these authors, however unevenly they post, or of all', async () => {
    const authors = Array.from({ length: 30 }, () => world.person())
    const stranger = world.person()
    const written: { id: string; authorId: string }[] = []
    async function write(author: Viewer) {
      const { id } = await world.createPost(author)
      if (author !== stranger) written.push({ id, authorId: author.id })
    }
    for (const author of authors.slice(0, 20)) await write(author)
    for (let index = 0; index < 60; index++) await write(authors[index % 7 === 0 ? index % 20 : 3] as Viewer)
    await write(stranger)
    const gone = written.pop()?.id
    await world.send('DELETE', `/api/v1/posts/${gone}`, {
      as: authors.find(({ id }) => id === authors[3]?.id) as Viewer,
    })

    const authorIds = [...authors, ...authors].map((author) => author.id)
    const newest = written.toSorted((a, b) => (a.id < b.id ? 1 : -1))
    for (const limit of [1, 5, 20, 50, 1000]) {
      let before: string | null = null
      const seen: unknown[] = []
      for (;;) {
        const question = { authorIds, before, limit }
        const answer: { body: { items: { id: string }[] } } = await world.ask('/internal/posts/by-authors', question)
        seen.push(...answer.body.items)
        if (answer.body.items.length < limit) break
        before = answer.body.items.at(-1)?.id ?? null
        if (limit === 1 && seen.length === 25) break
      }
      expect(seen).toEqual(newest.slice(0, seen.length))
      expect(seen).toHaveLength(limit === 1 ? 25 : newest.length)
    }

    const [first, second] = newest
    const all = await world.ask<List>('/internal/posts/by-authors', { authorIds: null, before: first?.id, limit: 1 })
    expect(all.body.items).toMatchObject([{ id: second?.id }])
    expect(
      (await world.ask('/internal/posts/by-authors', { authorIds: [], before: null, limit: 5 })).body['items'],
    ).toEqual([])
  })

  test('documents are what everybody sees, with version and counts, of published posts alone', async () => {
    const louise = world.person()
    const post = await world.createPost(louise)
    const hidden = await world.createPost(louise, { media: [{ mediaId: world.photo(louise, 'processing') }] })
    const shown = (await world.send<Post>('GET', `/api/v1/posts/${post.id}`)).body
    const { author, counts: _counts, viewer: _viewer, ...document } = shown
    const counts = { likes: 2, comments: 1, version: 7 }
    await world.told(post.id, counts)
    const answer = await world.ask('/internal/posts/documents', { ids: [hidden.id, post.id, newId()] })
    expect(answer.body['items']).toEqual([
      { version: 1, authorId: louise.id, authorUsername: author.username, document, counts },
    ])
  })

  test('ranked: a doubled engagement outweighs twelve hours, a comment counts as two likes, and what is deleted is gone', async () => {
    const louise = world.person()
    const mine: Post[] = []
    for (let index = 0; index < 5; index++) mine.push(await world.createPost(louise))
    const [plain, liked, discussed, old, deleted] = mine as [Post, Post, Post, Post, Post]
    await world.counted(liked.id, { likes: 3, comments: 0, version: 1 })
    await world.counted(discussed.id, { likes: 0, comments: 2, version: 1 })
    await world.counted(deleted.id, { likes: 900, comments: 0, version: 1 })
    // 1 + 6 is less than twice 1 + 3, which 11 hours more than make up for.
    await query(world.fork(), `update post set created_at = created_at - interval '11 hours' where id = $1`, [old.id])
    await world.counted(old.id, { likes: 6, comments: 0, version: 1 })
    await world.send('DELETE', `/api/v1/posts/${deleted.id}`, { as: louise })
    const answer = await world.ask<List>('/internal/posts/ranked', { limit: 1000 })
    const ranked = answer.body.items.map(({ id }) => id).filter((id) => mine.some((post) => post.id === id))
    expect(ranked).toEqual([discussed.id, liked.id, plain.id, old.id].toSorted(byRank))

    function byRank(a: string, b: string): number {
      return expected(b) - expected(a)
    }
    function expected(id: string): number {
      if (id === old.id) return 7 * 2 ** (-11 / 12)
      return id === discussed.id ? 5 : id === liked.id ? 4 : 1
    }
  })

  test('refs know posts in every state, and outbox gives the events in order', async () => {
    const louise = world.person()
    const from = new Date(Date.now() - 1).toISOString()
    const post = await world.createPost(louise)
    const hidden = await world.createPost(louise, { media: [{ mediaId: world.photo(louise, 'processing') }] })
    const refs = await world.ask<{ items: { id: string }[] }>('/internal/posts/refs', {
      ids: [post.id, hidden.id, newId()],
    })
    expect(refs.body.items.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      {
        id: post.id,
        authorId: louise.id,
        state: 'published',
        audience: 'public',
        commentsOff: false,
        likesHidden: false,
        version: 1,
      },
      {
        id: hidden.id,
        authorId: louise.id,
        state: 'processing',
        audience: 'public',
        commentsOff: false,
        likesHidden: false,
        version: 1,
      },
    ])
    await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })
    const { body } = await world.ask<{ items: { type: string; subject: string }[] }>('/internal/outbox', {
      from,
      after: null,
      limit: 1000,
    })
    expect(body.items.filter((item) => item.subject === post.id).map((item) => item.type)).toEqual([
      'daguerre.post.created.v1',
      'daguerre.post.deleted.v1',
    ])
  })
})
