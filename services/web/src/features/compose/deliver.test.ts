import { IDBFactory } from 'fake-indexeddb'
import { ApiError, type Client, ConnectionError } from '@daguerre/client'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { deliver } from './deliver.ts'
import {
  bodyOf,
  dropPost,
  keepFile,
  keepPost,
  newPost,
  type PostInWork,
  readFile,
  readPost,
  readPosts,
  untouched,
} from './posts.ts'

vi.stubGlobal('indexedDB', new IDBFactory())

const owner = 'louise'
const posted = { id: 'p1', media: [{ id: 'm1' }] }

beforeEach(async () => {
  for (const post of await readPosts(owner)) await dropPost(post)
})

function outgoing(): PostInWork {
  const photo = { id: 'f1', name: 'bridge.jpg', altText: 'A bridge', edit: untouched, key: 'k1', mediaId: 'm1' }
  return { ...newPost(owner), state: 'outgoing', caption: 'noon', photos: [photo] }
}

function clientThat(post: (body: unknown, key: string) => unknown, listed: unknown[] = []) {
  const sent: { body: unknown; key: string }[] = []
  const client = {
    post: vi.fn(async (_path: string, init: { body: unknown; headers: Record<string, string> }) => {
      const key = init.headers['idempotency-key'] ?? ''
      sent.push({ body: init.body, key })
      return post(init.body, key)
    }),
    get: vi.fn(async () => ({ items: listed, nextCursor: null })),
  }
  return { client: client as unknown as Client, sent, get: client.get }
}

function refuse(status: number, code = 'some.problem', pointer?: string): () => never {
  return () => {
    const errors = pointer === undefined ? [] : [{ pointer, detail: '' }]
    throw new ApiError({ status, code, errors })
  }
}

test('what was posted is no longer kept, nor are its files', async () => {
  const post = outgoing()
  await keepPost(post)
  await keepFile('f1', new Blob(['light']))
  const { client, sent } = clientThat(() => posted)
  expect(await deliver(client, post)).toEqual({ is: 'posted', post: posted })
  expect(sent[0]?.body).toEqual({ caption: 'noon', media: [{ mediaId: 'm1', altText: 'A bridge' }] })
  expect(await readPost(post.id)).toBeUndefined()
  expect(await readFile('f1')).toBeNull()
})

describe('nothing is posted twice', () => {
  test('after a lost answer the same is sent with the same key, also after a reload', async () => {
    const post = outgoing()
    const { client, sent } = clientThat(() => {
      throw new ConnectionError(new TypeError('cut'))
    })
    await expect(deliver(client, post)).rejects.toThrow(ConnectionError)
    const kept = (await readPost(post.id))!
    expect(kept.attempt).toMatchObject({ body: bodyOf(post) })
    const second = clientThat(() => posted)
    await deliver(second.client, { ...kept, caption: 'another wording' })
    expect(second.sent[0]).toEqual(sent[0])
  })

  test.each([500, 503])('after a %i too', async (status) => {
    const { client, sent } = clientThat(refuse(status))
    const post = outgoing()
    await expect(deliver(client, post)).rejects.toThrow(ApiError)
    const second = clientThat(() => posted)
    await deliver(second.client, (await readPost(post.id))!)
    expect(second.sent[0]?.key).toBe(sent[0]?.key)
  })

  test('after a day the key is forgotten: it looks whether it is there', async () => {
    const attempt = { key: 'old', body: bodyOf(outgoing()), at: 0 }
    const { client, sent } = clientThat(() => posted, [posted])
    function day(): number {
      return 86_400_000
    }
    expect(await deliver(client, { ...outgoing(), attempt }, day)).toEqual({ is: 'posted', post: posted })
    expect(sent).toEqual([])
    const other = clientThat(() => posted, [{ id: 'p0', media: [{ id: 'm0' }] }])
    await deliver(other.client, { ...outgoing(), attempt }, day)
    expect(other.sent[0]?.key).not.toBe('old')
  })
})

describe('the server says no', () => {
  test.each([400, 403, 413, 422])('%i: it is kept, refused, and free to be changed', async (status) => {
    const post = outgoing()
    expect(await deliver(clientThat(refuse(status)).client, post)).toMatchObject({ is: 'refused' })
    expect(await readPost(post.id)).toMatchObject({
      state: 'refused',
      refusal: 'some.problem',
      attempt: null,
      caption: 'noon',
    })
  })

  test.each([401, 429])('%i: it stays on its way, and nothing was posted', async (status) => {
    const post = outgoing()
    await expect(deliver(clientThat(refuse(status)).client, post)).rejects.toThrow(ApiError)
    expect(await readPost(post.id)).toMatchObject({ state: 'outgoing', attempt: null })
  })

  test('too many mentions for today: it can be changed at once', async () => {
    const refused = await deliver(clientThat(refuse(429, 'mention.too_many')).client, outgoing())
    expect(refused).toMatchObject({ is: 'refused', post: { refusal: 'mention.too_many' } })
  })

  test('a photo that it does not have is sent again', async () => {
    const result = await deliver(clientThat(refuse(422, 'media.not_found', '#/media/0/mediaId')).client, outgoing())
    expect(result).toMatchObject({ is: 'refused', post: { photos: [{ mediaId: null }] } })
    expect(result.is === 'refused' && result.post.photos[0]?.key).not.toBe('k1')
  })
})

test('whom it is for is sent along, and stays what it was until it is known what became of it', async () => {
  const post = { ...outgoing(), audience: 'close_friends' as const }
  await keepPost(post)
  const lost = clientThat(() => {
    throw new ConnectionError(new TypeError('lost'))
  })
  await expect(deliver(lost.client, post)).rejects.toThrow(ConnectionError)
  const again = clientThat(() => posted)
  await deliver(again.client, (await readPost(post.id))!)
  expect([...lost.sent, ...again.sent]).toMatchObject([
    { body: { audience: 'close_friends' } },
    { body: { audience: 'close_friends' } },
  ])
})
