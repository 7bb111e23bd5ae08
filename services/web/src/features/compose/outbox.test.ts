import { ApiError, type Client, ConnectionError } from '@daguerre/client'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openOutbox, type OutboxEntry, progressOf } from './outbox.ts'
import { dropPost, keepPost, newPost, noteStored, type PostInWork, readPost, readPosts, untouched } from './posts.ts'
import { createUploader } from './uploader.ts'

vi.stubGlobal('indexedDB', new IDBFactory())

const ownerId = 'louise'
const posted = { id: 'p1', media: [{ id: 'm-f1' }] }

beforeEach(async () => {
  for (const post of await readPosts(ownerId)) await dropPost(post)
})

function outgoing(): PostInWork {
  const photo = { id: 'f1', name: 'bridge.jpg', altText: '', edit: untouched, key: 'k1', mediaId: null }
  return { ...newPost(ownerId), state: 'outgoing', caption: 'noon', photos: [photo] }
}

/** An outbox whose server gives these answers to posts and photos, one after the other; the last again and again. */
function open({
  posts,
  photos = ['there'],
  onStored = noteStored,
}: {
  posts: (Error | object)[]
  photos?: (Error | 'there')[]
  onStored?: typeof noteStored
}) {
  function answer<Answer>(answers: Answer[]): Answer {
    return answers.length > 1 ? answers.shift()! : answers[0]!
  }
  const post = vi.fn(async () => {
    const given = answer(posts)
    if (given instanceof Error) throw given
    return given
  })
  const client = { post, get: async () => ({ items: [] }) } as unknown as Client
  const uploader = createUploader({
    bytesOf: async () => new Blob(['light']),
    async send(_, { idempotencyKey }) {
      const given = answer(photos)
      if (given instanceof Error) throw given
      return media(`m-${idempotencyKey}`)
    },
    ready: async (id) => media(id),
    onStored,
  })
  const seen: OutboxEntry[][] = []
  const onPosted = vi.fn()
  const box = openOutbox({ ownerId, client, uploader, onPosted, onChange: (list) => seen.push([...list]) })
  function last() {
    return seen.at(-1)?.map(({ going }) => going)
  }
  return { box, post, onPosted, last }
}

function media(id: string) {
  return { id, state: 'ready' as const, reason: null, width: 1, height: 1, placeholder: null, variants: [] }
}

test('a post goes out when its photos are there, once', async () => {
  await keepPost(outgoing())
  const { box, post, onPosted, last } = open({ posts: [posted] })
  await Promise.all([box.look(), box.send(), box.look()])
  await vi.waitFor(() => expect(onPosted).toHaveBeenCalledWith(posted))
  expect(post).toHaveBeenCalledTimes(1)
  expect(post.mock.calls[0]).toMatchObject(['/api/v1/posts', { body: { media: [{ mediaId: 'm-k1' }] } }])
  expect(last()).toEqual([])
  expect(await readPosts(ownerId)).toEqual([])
})

test('a photo that came while the post left the desk, and so is not noted, is posted all the same', async () => {
  await keepPost(outgoing())
  const { box, post, onPosted } = open({ posts: [posted], onStored: async () => {} })
  await box.look()
  await vi.waitFor(() => expect(onPosted).toHaveBeenCalledTimes(1))
  expect(post.mock.calls[0]).toMatchObject(['/api/v1/posts', { body: { media: [{ mediaId: 'm-k1' }] } }])
})

describe('what waits', () => {
  test.each([
    ['line', new ConnectionError(null)],
    ['session', new ApiError({ status: 401 })],
    ['server', new ApiError({ status: 429 }, 600)],
  ])('for a %s says so, and goes on when it is woken', async (why, failure) => {
    await keepPost(outgoing())
    const { box, onPosted, last } = open({ posts: [failure, posted] })
    await box.look()
    await vi.waitFor(() => expect(last()).toMatchObject([{ is: 'held', why }]))
    box.wake()
    await vi.waitFor(() => expect(onPosted).toHaveBeenCalledTimes(1))
  })
})

describe('what is refused', () => {
  test('stays, and nothing goes on by itself', async () => {
    const post = outgoing()
    await keepPost(post)
    const { box, last } = open({ posts: [new ApiError({ status: 422, code: 'some.problem' })] })
    await box.look()
    await vi.waitFor(() => expect(last()).toEqual([{ is: 'refused' }]))
    expect(await readPost(post.id)).toMatchObject({ state: 'refused', refusal: 'some.problem' })
  })

  test('because of a photo says which reason', async () => {
    const post = outgoing()
    await keepPost(post)
    const { box, last } = open({ posts: [posted], photos: [new ApiError({ status: 413, code: 'media.too_large' })] })
    await box.look()
    await vi.waitFor(() => expect(last()).toEqual([{ is: 'refused' }]))
    expect(await readPost(post.id)).toMatchObject({ refusal: 'media.too_large' })
  })

  test('because the server has lost a photo is mended once', async () => {
    await keepPost(outgoing())
    const errors = [{ pointer: '#/media/0/mediaId', detail: '' }]
    const lost = new ApiError({ status: 422, code: 'media.not_found', errors })
    const { box, post, onPosted } = open({ posts: [lost, posted] })
    await box.look()
    await vi.waitFor(() => expect(onPosted).toHaveBeenCalledTimes(1))
    expect(post).toHaveBeenCalledTimes(2)
  })
})

test('what was not posted yet can be taken back, what may have been cannot', async () => {
  const post = outgoing()
  await keepPost(post)
  const { box, last } = open({ posts: [posted], photos: [new ConnectionError(null)] })
  await box.look()
  await vi.waitFor(() => expect(last()).toMatchObject([{ is: 'held', why: 'line' }]))
  expect(await box.takeBack(post.id)).toBe(true)
  expect(await readPost(post.id)).toMatchObject({ state: 'draft' })
  expect(last()).toEqual([])
  await keepPost({ ...post, attempt: { key: 'k', body: { media: [] }, at: 0 } })
  expect(await box.takeBack(post.id)).toBe(false)
})

test('how far it is, is how far its photos are', () => {
  expect(progressOf([{ is: 'stored', mediaId: 'm' }, { is: 'sending', share: 0.5 }, undefined])).toEqual({
    is: 'sending',
    share: 0.5,
  })
  const held = { is: 'held' as const, until: 7, error: new ConnectionError(null) }
  expect(progressOf([held])).toEqual({ is: 'held', until: 7, why: 'line' })
  // One waits, another moves: it moves.
  expect(progressOf([held, { is: 'sending', share: 0 }])).toEqual({ is: 'sending', share: 0 })
})
