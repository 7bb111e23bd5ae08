import { Media, Post } from '@daguerre/contracts'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { api, read, refused } from '../support/api.ts'
import { type Person, signUp } from '../support/people.ts'
import {
  cornersOf,
  forEverybody,
  formOf,
  fourCorners,
  pixelBomb,
  processed,
  readyPhoto,
  somePhoto,
  telephonePhoto,
  uploadPhoto,
} from '../support/photos.ts'

const corners = ['red', 'green', 'blue', 'white']
let louise: Person

beforeAll(async () => {
  louise = await signUp('louise')
})

describe('a photo from a telephone', () => {
  let media: Media
  let answer: Awaited<ReturnType<typeof uploaded>>

  async function uploaded(photo: Uint8Array) {
    return await api(louise).post<Media>('/api/v1/media/upload', formOf(photo))
  }

  beforeAll(async () => {
    const photo = await telephonePhoto(1500, 2000)
    const { orientation, exif } = await sharp(photo).metadata()
    expect({ orientation, width: (await sharp(photo).metadata()).width }).toEqual({ orientation: 6, width: 2000 })
    expect(exif?.includes('Giroux')).toBe(true)
    answer = await uploaded(photo)
    media = await processed(louise, answer.body.id)
  })

  test('is answered with 201 before it is processed, and with where it is', async () => {
    const first = await read(Media, answer, 201)
    expect(first.state).toBe('processing')
    expect(answer.headers.get('location')).toBe(`/api/v1/media/${first.id}`)
  })

  test('becomes WebP variants of the upright picture, never enlarged', async () => {
    expect(media).toMatchObject({ state: 'ready', reason: null, width: 1500, height: 2000 })
    expect(media.placeholder).toMatch(/^[\w+/]+=*$/)
    expect(media.variants.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['thumbnail', 320, 320],
      ['small', 640, 853],
      ['medium', 1080, 1440],
      ['large', 1500, 2000],
    ])
  })

  test('comes back upright, in sRGB and without any metadata, as large as said', async () => {
    for (const variant of media.variants) {
      const { body } = await api().get<Uint8Array>(variant.url)
      const metadata = await sharp(body).metadata()
      expect(metadata).toMatchObject({ format: 'webp', width: variant.width, height: variant.height, space: 'srgb' })
      expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual(Array(4).fill(undefined))
      expect(Buffer.from(body).includes('Giroux')).toBe(false)
      expect(body.length).toBe(variant.bytes)
      expect(await cornersOf(body)).toEqual(corners)
    }
  })

  test('is served for ever where a public post shows it: immutable, with ETag, conditional requests and HEAD', async () => {
    await read(Post, api(louise).post('/api/v1/posts', { caption: '', media: [{ mediaId: media.id }] }), 201)
    const { url, bytes } = forEverybody(media).variants[0]!
    const { headers } = await api().get(url)
    const etag = headers.get('etag') ?? ''
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toBe('image/webp')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(etag).toMatch(/^"[^"]+"$/)

    expect((await api().get(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await api().get(url, { headers: { 'if-none-match': '"another"' } })).status).toBe(200)
    const lastModified = headers.get('last-modified') ?? ''
    expect((await api().get(url, { headers: { 'if-modified-since': lastModified } })).status).toBe(304)

    const head = await api().head(url)
    expect(head).toMatchObject({ status: 200, body: undefined })
    expect(head.headers.get('content-length')).toBe(String(bytes))
  })

  test('is served in ranges', async () => {
    const { url, bytes } = media.variants[0]!
    const whole = (await api().get<Uint8Array>(url)).body
    const part = await api().get<Uint8Array>(url, { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes}`)
    expect(part.body).toEqual(whole.slice(10, 20))
    const end = await api().get<Uint8Array>(url, { headers: { range: 'bytes=-5' } })
    expect(end.body).toEqual(whole.slice(-5))
    await refused(api().get(url, { headers: { range: `bytes=${bytes}-` } }), 416, 'media.range_not_satisfiable')
  })
})

test.concurrent.for([
  ['PNG', () => fourCorners(400, 300).png().toBuffer()],
  ['WebP', () => fourCorners(400, 300).webp().toBuffer()],
  ['AVIF', () => fourCorners(400, 300).avif({ effort: 0 }).toBuffer()],
  ['GIF', () => fourCorners(400, 300).gif().toBuffer()],
] as const)('%s is taken, whatever its name and declared type say', async ([, make], { expect }) => {
  const form = formOf(await make(), 'document.pdf', 'application/pdf')
  const { id } = await read(Media, api(louise).post('/api/v1/media/upload', form), 201)
  const media = await processed(louise, id)
  expect(media).toMatchObject({ state: 'ready', width: 400, height: 300 })
  const small = media.variants.find(({ name }) => name === 'small')
  expect(small).toMatchObject({ width: 400, height: 300 })
  expect(await cornersOf((await api().get<Uint8Array>(small!.url)).body)).toEqual(corners)
})

test.concurrent('what is no photo fails with a reason, and the next photo is processed', async ({ expect }) => {
  const photo = await fourCorners(600, 400).jpeg().toBuffer()
  const reasons: [Uint8Array, string][] = [
    [Buffer.from('%PDF-1.7 this is a document, not a photograph'), 'not_an_image'],
    [photo.subarray(0, photo.length >> 1), 'truncated'],
    [pixelBomb(12_000, 12_000), 'too_many_pixels'],
  ]
  for (const [bytes, reason] of reasons) {
    const { id } = await uploadPhoto(louise, bytes)
    expect(await processed(louise, id)).toMatchObject({ state: 'failed', reason, variants: [] })
  }
  expect(await readyPhoto(louise)).toMatchObject({ state: 'ready' })
})

test.concurrent('a photo goes straight to the storage by a presigned URL', async ({ expect }) => {
  const photo = await somePhoto()
  const started = await api(louise).post<{
    media: Media
    upload: { method: string; url: string; headers: Record<string, string>; expiresAt: string }
  }>('/api/v1/media/uploads', { type: 'image/jpeg', bytes: photo.length })
  expect(started.status).toBe(201)
  const { media, upload } = started.body
  expect(started.headers.get('location')).toBe(`/api/v1/media/${media.id}`)
  expect(media.state).toBe('uploading')
  const complete = `/api/v1/media/uploads/${media.id}/complete`
  await refused(api(louise).post(complete), 409, 'media.not_uploaded')

  const tooShort = await send(upload, photo.subarray(1))
  expect(tooShort.status).toBe(403)
  expect((await send(upload, photo)).status).toBe(200)

  await refused(api(await signUp()).post(complete), 404, 'media.not_found')
  const completed = await read(Media, api(louise).post(complete))
  expect(['processing', 'ready']).toContain(completed.state)
  expect(await processed(louise, media.id)).toMatchObject({ state: 'ready', width: 64, height: 48 })
  expect(await read(Media, api(louise).post(complete))).toMatchObject({ id: media.id, state: 'ready' })
})

test.concurrent('a media in work and one in no post are seen by their owner alone, one of a public post by everybody', async ({
  expect,
}) => {
  const { body } = await api(louise).post<{ media: Media }>('/api/v1/media/uploads', { type: 'image/png', bytes: 10 })
  const path = `/api/v1/media/${body.media.id}`
  expect(await read(Media, api(louise).get(path))).toMatchObject({ state: 'uploading' })
  await refused(api().get(path), 404, 'media.not_found')
  const { id } = await readyPhoto(louise)
  await refused(api().get(`/api/v1/media/${id}`), 404, 'media.not_found')
  await read(Post, api(louise).post('/api/v1/posts', { caption: '', media: [{ mediaId: id }] }), 201)
  expect(await read(Media, api().get(`/api/v1/media/${id}`))).toMatchObject({ state: 'ready' })
})

test.concurrent('the same bytes with the same idempotency key are one media', async ({ expect }) => {
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const form = formOf(await somePhoto())
  const first = await read(Media, api(louise).post('/api/v1/media/upload', form, { headers }), 201)
  const again = await api(louise).post<Media>('/api/v1/media/upload', form, { headers })
  expect(again.body.id).toBe(first.id)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  const other = formOf(await fourCorners(32, 32).png().toBuffer())
  await refused(api(louise).post('/api/v1/media/upload', other, { headers }), 422, 'idempotency.key_reused')
})

function send(
  { method, url, headers }: { method: string; url: string; headers: Record<string, string> },
  bytes: Uint8Array,
) {
  const { 'Content-Length': _length, ...rest } = headers
  return fetch(url, { method, headers: rest, body: Uint8Array.from(bytes) })
}
