import {
  type AccountState,
  AccountState as Accounts,
  Audience,
  maySeePost,
  type Post,
  type Standing,
} from '@daguerre/contracts'
import { copyKey, photoCopy } from '@daguerre/copies/copies'
import type { Viewer } from '@daguerre/kit/http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './support.ts'

interface List {
  items: Post[]
  nextCursor: string | null
}

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.drop())

/** An author, and one of each kind of viewer. */
function everybody(account: AccountState) {
  const author = world.person()
  world.accounts.set(author.id, account)
  const [follower, friend, stranger, blocked, blocking] = Array.from({ length: 5 }, () => world.person())
  world.follows.add(`${follower!.id}:${author.id}`)
  world.closeFriends.add(`${author.id}:${friend!.id}`)
  world.blocks.add(`${author.id}:${blocked!.id}`)
  world.blocks.add(`${blocking!.id}:${author.id}`)
  // A follow does not help against a block.
  world.follows.add(`${blocked!.id}:${author.id}`)
  const viewers: [Standing, Viewer | undefined][] = [
    ['author', author],
    ['follower', follower],
    ['close_friend', friend],
    ['stranger', stranger],
    ['blocked', blocked],
    ['blocked', blocking],
    ['nobody', undefined],
  ]
  return { author, viewers, follower: follower!, stranger: stranger! }
}

async function statusOf(post: Post, as: Viewer | undefined, method = 'GET', path = '', body?: unknown) {
  return (await world.send(method, `/api/v1/posts/${post.id}${path}`, { as, body })).status
}

describe.each(Accounts.options.flatMap((account) => Audience.options.map((audience) => ({ account, audience }))))(
  'a post for $audience of an account that is $account',
  ({ account, audience }) => {
    test('is there for those of the table, and for nobody else: by id, on the profile, under its tag, to change, to delete', async () => {
      const { author, viewers } = everybody(account)
      const tag = `t${author.id.replaceAll('-', '')}`
      const post = await world.createPost(author, { caption: `#${tag}`, audience })
      for (const isWarm of [false, true]) {
        for (const [standing, as] of viewers) {
          const isSeen = maySeePost(standing, account, audience)
          expect([isWarm, standing, await statusOf(post, as)]).toEqual([isWarm, standing, isSeen ? 200 : 404])
          const profile = await world.send<List>('GET', `/api/v1/users/${author.id}/posts`, { as })
          const isThere = standing !== 'blocked' && (standing === 'author' || account !== 'closed')
          expect([standing, profile.status]).toEqual([standing, isThere ? 200 : 404])
          if (isThere) expect(profile.body.items.map(({ id }) => id)).toEqual(isSeen ? [post.id] : [])
          const tagged = await world.send<List>('GET', `/api/v1/tags/${tag}/posts`, { as })
          expect(tagged.body.items.map(({ id }) => id)).toEqual(isSeen && audience === 'public' ? [post.id] : [])
          if (as === undefined || standing === 'author') continue
          const refused = isSeen ? 403 : 404
          expect(await statusOf(post, as, 'PATCH', '', { caption: 'mine' })).toBe(refused)
          expect(await statusOf(post, as, 'DELETE')).toBe(refused)
          expect(await statusOf(post, as, 'GET', '/edits')).toBe(refused)
        }
      }
    })
  },
)

test('a post that is for fewer from now on is gone for the others at once, and comes back as it was', async () => {
  const { author, follower, stranger } = everybody('open')
  const tag = `t${author.id.replaceAll('-', '')}`
  const post = await world.createPost(author, { caption: `#${tag}` })
  await world.counted(post.id, { likes: 4, comments: 0, version: 4 })
  async function listed() {
    const ranked = await world.ask<{ items: { id: string }[] }>('/internal/posts/ranked', { limit: 1000 })
    const global = await world.ask<{ items: { id: string }[] }>('/internal/posts/by-authors', {
      authorIds: null,
      before: null,
      limit: 100,
    })
    const { body: tags } = await world.ask<{ items: { posts: number }[] }>('/internal/tags', {
      prefix: tag,
      limit: 10,
    })
    const [ofRank, ofAll] = [ranked, global].map(({ body }) => body.items.some(({ id }) => id === post.id))
    return { ofRank, ofAll, tagged: tags.items.map(({ posts }) => posts) }
  }
  expect(await statusOf(post, stranger)).toBe(200)
  expect(await listed()).toEqual({ ofRank: true, ofAll: true, tagged: [1] })
  for (const audience of ['followers', 'followers', 'only_me', 'public']) {
    const answer = await world.send<Post>('PATCH', `/api/v1/posts/${post.id}`, { as: author, body: { audience } })
    expect(answer.body).toMatchObject({ audience, editedAt: null })
    const isPublic = audience === 'public'
    expect(await statusOf(post, stranger)).toBe(isPublic ? 200 : 404)
    expect(await statusOf(post, undefined)).toBe(isPublic ? 200 : 404)
    expect(await statusOf(post, follower)).toBe(audience === 'only_me' ? 404 : 200)
    expect(await listed()).toEqual({ ofRank: isPublic, ofAll: isPublic, tagged: isPublic ? [1] : [] })
  }
  expect((await world.send<Post>('GET', `/api/v1/posts/${post.id}`)).body.counts).toEqual({ likes: 4, comments: 0 })
  const told = (await world.eventsOf(post.id)).map(({ data }) => [
    data['audience'],
    (data['authorPosts'] as { count: number }).count,
  ])
  expect(told).toEqual([
    ['public', 1],
    ['followers', 0],
    ['only_me', 0],
    ['public', 1],
  ])
  // What was said stays said: an audience is no wording.
  const edits = await world.send<List>('GET', `/api/v1/posts/${post.id}/edits`, { as: author })
  expect(edits.body.items).toEqual([])
})

test('the end of a post that was not public takes nothing from counts in which it was not', async () => {
  const { author } = everybody('open')
  const tag = `t${author.id.replaceAll('-', '')}`
  const kept = await world.createPost(author, { caption: `#${tag}` })
  const post = await world.createPost(author, { caption: `#${tag}`, audience: 'followers' })
  await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: author })
  const { body } = await world.ask<{ items: { posts: number }[] }>('/internal/tags', { prefix: tag, limit: 10 })
  expect(body.items).toMatchObject([{ posts: 1 }])
  const events = await world.eventsOf(post.id)
  expect(events.at(-1)?.data['authorPosts']).toMatchObject({ count: 1 })
  expect(await statusOf(kept, undefined)).toBe(200)
})

test('a page of a profile is full although most of it is not for the viewer, to the very first post', async () => {
  const { author, stranger, follower } = everybody('open')
  const posts: Post[] = []
  for (let index = 0; index < 30; index++) {
    posts.push(await world.createPost(author, { audience: index % 5 === 0 ? 'public' : 'followers' }))
  }
  async function pages(as: Viewer, limit: number): Promise<string[][]> {
    const found: string[][] = []
    let cursor: string | null = null
    do {
      const query: string = `?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`
      const { body }: { body: List } = await world.send<List>('GET', `/api/v1/users/${author.id}/posts${query}`, { as })
      found.push(body.items.map(({ id }) => id))
      cursor = body.nextCursor
    } while (cursor !== null)
    return found
  }
  const ofPublic = posts.flatMap(({ id, audience }) => (audience === 'public' ? [id] : [])).toReversed()
  expect(await pages(stranger, 4)).toEqual([ofPublic.slice(0, 4), ofPublic.slice(4)])
  expect((await pages(follower, 7)).flat()).toEqual(posts.map(({ id }) => id).toReversed())
})

test('what is for followers is not shown to one of whom user alone could say that they follow', async () => {
  const { author, follower } = everybody('private')
  const post = await world.createPost(author)
  expect(await statusOf(post, follower)).toBe(200)
  await world.shared.redis.del(copyKey.relations(follower.id))
  world.dapr.down.add('user')
  const { status, body } = await world.send('GET', `/api/v1/posts/${post.id}`, { as: follower })
  world.dapr.down.delete('user')
  expect([status, body['code']]).toEqual([503, 'user.unavailable'])
})

describe('photos', () => {
  const caption = `"url":"/media/0199a0c4-7e00-7000-8000-0000000000b1/small.webp"`

  test('of what is not for everybody come with a grant for who looks, and those of others as they are', async () => {
    const { author, follower } = everybody('open')
    for (const [audience, isGranted] of [
      ['public', false],
      ['followers', true],
    ] as const) {
      const post = await world.createPost(author, { caption, audience })
      for (const viewer of [author, follower]) {
        const { body } = await world.send<Post>('GET', `/api/v1/posts/${post.id}`, { as: viewer })
        const list = await world.send<List>('GET', `/api/v1/users/${author.id}/posts`, { as: viewer })
        const listed = list.body.items.find(({ id }) => id === post.id)!
        for (const shown of [body, listed, ...(viewer === author ? [post] : [])]) {
          const { id, variants } = shown.media[0]!
          const [path, grant] = variants[0]!.url.split('?grant=')
          expect(path).toBe(`/media/${id}/thumbnail.webp`)
          const said = grant === undefined ? null : await world.shared.grants.read(id, grant)
          expect(said).toEqual(
            isGranted
              ? { viewerId: viewer.id, sessionId: viewer.sessionId, untilMs: expect.any(Number), isVouched: false }
              : null,
          )
          expect(shown.caption).toBe(caption)
        }
      }
    }
  })

  test('of a private account come with one too, also to its owner', async () => {
    const { author, follower } = everybody('private')
    const post = await world.createPost(author)
    for (const viewer of [author, follower]) {
      const { body } = await world.send<Post>('GET', `/api/v1/posts/${post.id}`, { as: viewer })
      expect(body.media[0]!.variants[0]!.url).toContain('?grant=')
    }
  })

  test('that another post shows to fewer are shown to more as soon as a post that waited for a photo appears', async () => {
    const { author } = everybody('open')
    const [known, waits] = [world.photo(author), world.photo(author, 'processing')]
    await world.createPost(author, { media: [{ mediaId: known }], audience: 'followers' })
    await world.createPost(author, { media: [{ mediaId: known }, { mediaId: waits }] })
    // As media keeps it that is asked for the photo meanwhile.
    await world.shared.copies.remove([copyKey.photo(known)])
    await world.shared.copies.keep([photoCopy(known, { ownerId: author.id, audience: 'followers' })])
    await world.deliver(world.finish(waits))
    const [copy] = await world.shared.copies.read([copyKey.photo(known)])
    expect(copy).toMatchObject({ isHeld: true })
    const answer = await world.ask('/internal/posts/photos', { ids: [known] })
    expect(answer.body).toEqual({ items: [{ id: known, ownerId: author.id, audience: 'public' }] })
  })

  test('media is told whose they are and the widest audience that sees them, and asks anew when that changes', async () => {
    const { author } = everybody('open')
    const mediaId = world.photo(author)
    const media = [{ mediaId }]
    async function use() {
      return (await world.ask<{ items: unknown[] }>('/internal/posts/photos', { ids: [mediaId] })).body.items
    }
    async function isKept(): Promise<boolean> {
      const [copy] = await world.shared.copies.read([copyKey.photo(mediaId)])
      return copy!.text !== null && !copy!.isHeld
    }
    expect(await use()).toEqual([])
    const near = await world.createPost(author, { media, audience: 'close_friends' })
    expect(await use()).toEqual([{ id: mediaId, ownerId: author.id, audience: 'close_friends' }])
    for (const [change, after] of [
      [() => world.createPost(author, { media, audience: 'followers' }), 'followers'],
      [() => world.send('PATCH', `/api/v1/posts/${near.id}`, { as: author, body: { audience: 'public' } }), 'public'],
      [() => world.send('DELETE', `/api/v1/posts/${near.id}`, { as: author }), 'followers'],
    ] as const) {
      await world.shared.copies.remove([copyKey.photo(mediaId)])
      await world.shared.copies.keep([photoCopy(mediaId, { ownerId: author.id, audience: 'close_friends' })])
      expect(await isKept()).toBe(true)
      await change()
      expect(await isKept()).toBe(false)
      expect(await use()).toEqual([{ id: mediaId, ownerId: author.id, audience: after }])
    }
  })
})
