import type { Post } from '@daguerre/contracts'
import { silentLogger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reconcileMedia } from '../src/media/reconcile-media.ts'
import { createWorld, mediaEvent, photoIn, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => {
  world.hooks.afterMediaAnswer = undefined
})
afterAll(() => world.drop())

const created = 'daguerre.post.created.v1'

async function stateOf(id: string): Promise<string | undefined> {
  const [row] = await query<{ state: string }>(world.fork(), 'select state from post where id = $1', [id])
  return row?.state
}

describe('a post whose media are in work', () => {
  test('is seen by its author alone, and by all exactly when the last media is ready', async () => {
    const louise = world.person()
    const [first, second] = [world.photo(louise, 'processing'), world.photo(louise, 'processing')]
    const post = await world.createPost(louise, {
      caption: '#slow',
      media: [
        { mediaId: world.photo(louise) },
        { mediaId: first, altText: 'one' },
        { mediaId: second, altText: 'two' },
      ],
    })
    expect(post.state).toBe('processing')
    const path = `/api/v1/posts/${post.id}`

    async function isShown(): Promise<boolean> {
      const [byId, profile, tag, page] = await Promise.all([
        world.send('GET', path, { as: world.person() }),
        world.send<{ items: Post[] }>('GET', `/api/v1/users/${louise.id}/posts`),
        world.send<{ items: Post[] }>('GET', '/api/v1/tags/slow/posts'),
        world.ask<{ items: Post[] }>('/internal/posts/documents', { ids: [post.id] }),
      ])
      const seen = [byId.status === 200, ...[profile, tag, page].map(({ body }) => body.items.length === 1)]
      expect(new Set(seen).size).toBe(1)
      return seen[0] ?? false
    }

    expect(await isShown()).toBe(false)
    expect((await world.send<Post>('GET', path, { as: louise })).body.state).toBe('processing')
    const own = await world.send<{ items: Post[] }>('GET', `/api/v1/users/${louise.id}/posts`, { as: louise })
    expect(own.body.items.map((item) => [item.id, item.state])).toEqual([[post.id, 'processing']])

    await world.deliver(world.finish(second))
    expect(await isShown()).toBe(false)
    await world.deliver(world.finish(first))
    expect(await isShown()).toBe(true)

    const { body } = await world.send<Post>('GET', path)
    expect(body.media).toMatchObject([
      { state: 'ready' },
      { id: first, altText: 'one' },
      { id: second, altText: 'two' },
    ])
    expect(body.media.every((item) => item.variants.length === 1)).toBe(true)
    expect(await world.eventsOf(post.id)).toMatchObject([
      { type: created, version: '2', data: { authorPosts: { count: 1 } } },
    ])
  })

  test('a doubled event publishes once', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const post = await world.createPost(louise, { media: [{ mediaId }] })
    const event = world.finish(mediaId)
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => world.deliver(event)))
    expect(outcomes).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(await stateOf(post.id)).toBe('published')
    expect(await world.eventsOf(post.id)).toHaveLength(1)
  })

  test('is published once when the events of all its media come at the same time', async () => {
    const louise = world.person()
    for (let round = 0; round < 5; round++) {
      const photos = Array.from({ length: 5 }, () => world.photo(louise, 'processing'))
      const post = await world.createPost(louise, { media: photos.map((mediaId) => ({ mediaId })) })
      await Promise.all(photos.map((id) => world.deliver(world.finish(id))))
      expect(await stateOf(post.id)).toBe('published')
      expect(await world.eventsOf(post.id)).toHaveLength(1)
    }
  })

  test('is not lost when the event comes between the question to media and the commit', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    world.hooks.afterMediaAnswer = async () => {
      world.hooks.afterMediaAnswer = undefined
      await world.deliver(world.finish(mediaId))
    }
    const post = await world.createPost(louise, { media: [{ mediaId }] })
    expect(post.state).toBe('published')
    expect(post.media[0]?.variants).toHaveLength(1)
    expect(await world.eventsOf(post.id)).toHaveLength(1)
  })

  test('is not lost when the event comes while the post is written and not committed', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    // Holds up the writing of the post after its locks are taken.
    const holder = world.fork()
    await holder.begin()
    await query(holder, 'lock table post_media in exclusive mode')
    const writing = world.createPost(louise, { media: [{ mediaId }] })
    await waitFor(() => waitersFor('relation'), { what: 'the post waits' })
    const delivering = world.deliver(world.finish(mediaId))
    await waitFor(() => waitersFor('advisory'), { what: 'the event waits for the post' })
    await holder.rollback()
    const post = await writing
    expect(await delivering).toBe('SUCCESS')
    expect(await stateOf(post.id)).toBe('published')
    expect(await world.eventsOf(post.id)).toHaveLength(1)
  })

  test('is not lost when posts and events race at random', async () => {
    const louise = world.person()
    const rounds = Array.from({ length: 25 }, async () => {
      const photos = [world.photo(louise, 'processing'), world.photo(louise, 'processing')]
      const [post] = await Promise.all([
        world.createPost(louise, { media: photos.map((mediaId) => ({ mediaId })) }),
        ...photos.map((id) => world.deliver(world.finish(id))),
      ])
      return post.id
    })
    const ids = await Promise.all(rounds)
    for (const id of ids) {
      expect(await stateOf(id)).toBe('published')
      expect(await world.eventsOf(id)).toHaveLength(1)
    }
  })

  test('fails when one of its media fails, and no later event brings it back', async () => {
    const louise = world.person()
    const [good, bad] = [world.photo(louise, 'processing'), world.photo(louise, 'processing')]
    const post = await world.createPost(louise, { media: [{ mediaId: good }, { mediaId: bad }] })
    await world.deliver(world.finish(bad, 'failed'))
    await world.deliver(world.finish(good))
    const own = await world.send<Post>('GET', `/api/v1/posts/${post.id}`, { as: louise })
    expect(own.body.state).toBe('failed')
    expect(own.body.media).toMatchObject([{ state: 'ready' }, { state: 'failed', reason: 'truncated' }])
    expect((await world.send('GET', `/api/v1/posts/${post.id}`)).status).toBe(404)
    expect(await world.eventsOf(post.id)).toEqual([])
    expect((await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })).status).toBe(204)
  })

  test('two posts of one media are both published by its one event', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const posts = [
      await world.createPost(louise, { media: [{ mediaId }] }),
      await world.createPost(louise, { media: [{ mediaId }] }),
    ]
    await world.deliver(world.finish(mediaId))
    for (const { id } of posts) expect(await stateOf(id)).toBe('published')
  })

  test('a deleted post stays deleted when its media is ready', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const post = await world.createPost(louise, { media: [{ mediaId }] })
    expect((await world.send('DELETE', `/api/v1/posts/${post.id}`, { as: louise })).status).toBe(204)
    await world.deliver(world.finish(mediaId))
    expect(await stateOf(post.id)).toBe('deleted')
    // Nobody has seen it, but its photo goes with it.
    expect(await world.eventsOf(post.id)).toMatchObject([
      { type: 'daguerre.post.deleted.v1', data: { mediaIds: [mediaId], authorPosts: { count: 0 } } },
    ])
  })

  test('an older event changes nothing', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const old = mediaEvent({ ownerId: louise.id, version: 1, media: photoIn(mediaId, 'failed') })
    await world.deliver(world.finish(mediaId))
    expect(await world.deliver(old)).toBe('SUCCESS')
    expect((await world.createPost(louise, { media: [{ mediaId }] })).state).toBe('published')
  })

  test('an event that cannot be read is dropped, and the next one is served', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const post = await world.createPost(louise, { media: [{ mediaId }] })
    const good = world.finish(mediaId)
    expect(await world.deliver({ ...good, id: 'poison', data: { nonsense: true } })).toBe('DROP')
    expect(await world.deliver({ hello: 'world' })).toBe('DROP')
    expect(await world.deliver(good)).toBe('SUCCESS')
    expect(await stateOf(post.id)).toBe('published')
  })

  test('is taken up by asking media when its event never came', async () => {
    const louise = world.person()
    const mediaId = world.photo(louise, 'processing')
    const post = await world.createPost(louise, { media: [{ mediaId }] })
    world.finish(mediaId)
    const deps = { fork: world.fork, holds: world.shared.holds, neighbours: world.neighbours, log: silentLogger() }
    expect(await reconcileMedia({ ...deps, now: new Date() })).toBe(0)
    expect(await reconcileMedia({ ...deps, now: new Date(Date.now() + 120_000) })).toBe(1)
    expect(await stateOf(post.id)).toBe('published')
    expect(await world.eventsOf(post.id)).toHaveLength(1)
  })
})

async function waitersFor(locktype: string): Promise<boolean> {
  const rows = await query(world.fork(), 'select 1 as waits from pg_locks where locktype = $1 and not granted', [
    locktype,
  ])
  return rows.length > 0
}
