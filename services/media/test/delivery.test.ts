import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Media } from '@daguerre/contracts'
import { copyKey, photoCopy } from '@daguerre/copies/copies'
import { silentLogger } from '@daguerre/kit/log'
import { serve } from '@daguerre/kit/server'
import { waitFor } from '@daguerre/kit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { variantKey } from '../src/media/media-row.ts'
import type { Storage } from '../src/storage.ts'
import { bytes, quarters } from './photos.ts'
import { startMedia, storageOfTests, type System } from './system.ts'

let media: System
let photo: Media
let path: string
let whole: Buffer
// S3 can be away, and what it sends can be watched.
let isAway = false
const bodies: Readable[] = []
beforeAll(async () => {
  const nowhere = storageOfTests({ endpoint: 'http://127.0.0.1:1' })
  media = await startMedia({
    wrapStorage: (storage): Storage => ({
      ...storage,
      async read(...args) {
        const answer = await (isAway ? nowhere : storage).read(...args)
        if (answer.outcome === 'found') bodies.push(answer.body)
        return answer
      },
      head: (...args) => (isAway ? nowhere : storage).head(...args),
    }),
  })
  photo = await media.process(await bytes(quarters(1000, 700).png()))
  await media.show(photo.id, { ownerId: media.louise.id, audience: 'public' })
  path = `/media/${photo.id}/small.webp`
  whole = await media.bytesOf(photo, 'small')
  return media.stop
})

function get(headers: Record<string, string> = {}, method = 'GET', at = path) {
  return media.app.request(at, { method, headers })
}

test('anybody gets the bytes, to keep for ever', async () => {
  const response = await get()
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/webp',
    'content-length': String(whole.length),
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-disposition': `inline; filename="${photo.id}-small.webp"`,
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    etag: expect.stringMatching(/^"[^"]+"$/),
    'last-modified': expect.stringMatching(/GMT$/),
  })
  const shown = await media.mediaOf(photo.id)
  expect(shown.variants.find(({ name }) => name === 'small')?.url).toBe(path)
})

test('HEAD answers the same without the bytes', async () => {
  const [head, full] = [await get({}, 'HEAD'), await get()]
  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'cache-control']) {
    expect(head.headers.get(name), name).toBe(full.headers.get(name))
  }
})

describe('ranges', () => {
  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, undefined],
    ['bytes=-7', -7, undefined],
    ['bytes=5-99999999', 5, undefined],
  ])('%s is 206 with exactly these bytes', async (range, from, to) => {
    const response = await get({ range })
    const wanted = whole.subarray(from, to)
    const start = from < 0 ? whole.length + from : from
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${start + wanted.length - 1}/${whole.length}`)
    expect(response.headers.get('content-length')).toBe(String(wanted.length))
    expect(Buffer.from(await response.arrayBuffer()).equals(wanted)).toBe(true)
  })

  test('a range behind the end is 416 and says how long the file is', async () => {
    const response = await get({ range: `bytes=${whole.length}-` })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${whole.length}`)
    expect(await response.json()).toMatchObject({ code: 'media.range_not_satisfiable' })
  })

  test.each(['bytes=5-1', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-', 'bytes=1-2-3'])(
    '%s is ignored',
    async (range) => {
      const response = await get({ range })
      expect(response.status).toBe(200)
      expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true)
    },
  )

  test('If-Range gives the part of this version only', async () => {
    const { etag, 'last-modified': modified } = Object.fromEntries((await get()).headers)
    expect((await get({ range: 'bytes=0-3', 'if-range': etag! })).status).toBe(206)
    expect((await get({ range: 'bytes=0-3', 'if-range': modified! })).status).toBe(206)
    expect((await get({ range: 'bytes=0-3', 'if-range': '"other"' })).status).toBe(200)
    expect((await get({ range: 'bytes=0-3', 'if-range': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status).toBe(200)
  })
})

describe('conditions', () => {
  test('If-None-Match with what the client has is 304 without a body', async () => {
    const etag = (await get()).headers.get('etag')!
    for (const value of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const response = await get({ 'if-none-match': value }, method)
        expect(response.status, value).toBe(304)
        expect(response.headers.get('etag')).toBe(etag)
        expect(response.headers.get('cache-control')).toContain('immutable')
        expect(await response.text()).toBe('')
      }
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('If-Modified-Since counts where there is no If-None-Match', async () => {
    const modified = (await get()).headers.get('last-modified')!
    expect((await get({ 'if-modified-since': modified })).status).toBe(304)
    expect((await get({ 'if-modified-since': new Date(Date.parse(modified) - 1000).toUTCString() })).status).toBe(200)
    expect((await get({ 'if-modified-since': 'yesterday' })).status).toBe(200)
    expect((await get({ 'if-modified-since': modified, 'if-none-match': '"other"' })).status).toBe(200)
  })
})

describe('what is not there', () => {
  test.each(['large.webp', 'small.jpg', 'small', 'original.webp', '..%2f..%2foriginals.webp', 'constructor.webp'])(
    '%s is 404 and not kept',
    async (file) => {
      const response = await get({}, 'GET', `/media/${photo.id}/${file}`)
      expect(response.status).toBe(404)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ code: 'media.not_found' })
    },
  )

  test('an unknown id is 404, an id that is none 422, another method 405', async () => {
    expect((await get({}, 'GET', '/media/0199a0c4-7e00-7000-8000-0000000000b1/small.webp')).status).toBe(404)
    expect((await get({}, 'HEAD', '/media/0199a0c4-7e00-7000-8000-0000000000b1/small.webp')).status).toBe(404)
    expect((await get({}, 'GET', '/media/louise/small.webp')).status).toBe(422)
    expect((await get({}, 'DELETE')).status).toBe(405)
  })

  test('S3 away is 503 with Retry-After', async () => {
    isAway = true
    try {
      const response = await get()
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('2')
      expect(await response.json()).toMatchObject({ code: 'media.storage_unavailable' })
    } finally {
      isAway = false
    }
  })
})

test('where there is a copy of whom it is for, no database is asked', async () => {
  const gone = await startMedia({ worker: false })
  await gone.plain.put(variantKey(photo.id, 'small'), whole, 'image/webp')
  // Whatever is held since it was first shown ends.
  await gone.shared.copies.remove([copyKey.photo(photo.id)])
  await gone.shared.copies.keep([photoCopy(photo.id, { ownerId: media.louise.id, audience: 'public' })])
  await gone.database.drop()
  const response = await gone.app.request(path)
  expect(response.status).toBe(200)
  expect(Buffer.from(await response.arrayBuffer()).equals(whole)).toBe(true)
  gone.plain.close()
})

test('a reader who stands still holds S3 up, and one who leaves lets go of it', async () => {
  const large = Buffer.alloc(40 * 1024 * 1024, 1)
  await media.plain.put(variantKey(photo.id, 'large'), large, 'image/webp')
  const server = await serve({
    app: media.app,
    config: { ...media.config, APP_PORT: 0 },
    log: silentLogger(),
    ownsProcess: false,
    graceMs: 500,
  })
  try {
    const before = process.memoryUsage().arrayBuffers
    const reading = httpRequest({ port: server.port, host: '127.0.0.1', path: `/media/${photo.id}/large.webp` }).end()
    const [response] = (await once(reading, 'response')) as [IncomingMessage]
    await once(response, 'readable')
    let last = -1
    let still = 0
    await waitFor(() => {
      const now = process.memoryUsage().arrayBuffers
      still = Math.abs(now - last) < 100_000 ? still + 1 : 0
      last = now
      return still > 20
    })
    expect((last - before) / large.length).toBeLessThan(0.5)
    const body = bodies.at(-1)!
    expect(body.destroyed).toBe(false)
    reading.destroy()
    await waitFor(() => body.destroyed)
  } finally {
    await server.stop()
  }
})
