import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Media } from '@daguerre/contracts'
import { mediaLimits } from '@daguerre/contracts'
import { silentLogger } from '@daguerre/kit/log'
import { serve } from '@daguerre/kit/server'
import { waitFor } from '@daguerre/kit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { expireUploads, removeLeftovers } from '../src/media/drop-uploads.ts'
import { originalKey } from '../src/media/media-row.ts'
import type { Storage } from '../src/storage.ts'
import { bytes, grain, quarters } from './photos.ts'
import { startMedia, storageOfTests, type System } from './system.ts'

let media: System
let photo: Buffer<ArrayBuffer>
// Every key that was ever written, and those held up, so that tests can see what is left of them.
const written = new Set<string>()
beforeAll(async () => {
  media = await startMedia({ worker: false, wrapStorage: recordKeys })
  photo = await bytes(quarters(60, 40).png())
  return media.stop
})

function recordKeys(storage: Storage): Storage {
  return {
    ...storage,
    putStream(key, body, signal) {
      written.add(key)
      return storage.putStream(key, body, signal)
    },
  }
}

/** Keys written during `work` that still hold an object. */
async function leftBy(work: () => Promise<unknown>): Promise<string[]> {
  written.clear()
  await work()
  const left: string[] = []
  for (const key of written) if ((await media.plain.head(key)).outcome === 'found') left.push(key)
  return left
}

async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; errors?: { pointer: string }[] }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return (await response.json()) as never
}

const boundary = 'photographs'
function head(name = 'file', filename = '; filename="p.jpg"'): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\nContent-Type: image/jpeg\r\n\r\n`
}
const tail = `\r\n--${boundary}--\r\n`
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` }

/** A body that makes its bytes as they are asked for. */
function streamed(parts: Iterable<Uint8Array | string>): RequestInit {
  const iterator = parts[Symbol.iterator]()
  const body = new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value)
    },
  })
  return { method: 'POST', body, headers: multipart, duplex: 'half' }
}

function* fileOf(size: number, onChunk?: (sent: number) => void): Generator<Uint8Array | string> {
  yield head()
  const chunk = Buffer.alloc(64 * 1024, 7)
  for (let sent = 0; sent < size; sent += chunk.length) {
    onChunk?.(sent)
    yield size - sent < chunk.length ? chunk.subarray(0, size - sent) : chunk
  }
  yield tail
}

describe('POST /api/v1/media/upload', () => {
  test('stores the bytes as they came and answers with a media in work and its place', async () => {
    const response = await media.upload(photo)
    expect(response.status).toBe(201)
    const body = (await response.json()) as Media
    expect(body).toEqual({
      id: body.id,
      state: 'processing',
      reason: null,
      width: null,
      height: null,
      placeholder: null,
      variants: [],
    })
    expect(response.headers.get('location')).toBe(`/api/v1/media/${body.id}`)
    const stored = await media.plain.read(originalKey(body.id))
    const received = stored.outcome === 'found' ? Buffer.concat(await stored.body.toArray()) : undefined
    expect(received?.equals(photo)).toBe(true)
    const [row] = await media.sql<{ sha256: Buffer; bytes: number }>('select * from media where id = ?', [body.id])
    expect(row).toMatchObject({ owner_id: media.louise.id, bytes: photo.length, state: 'processing' })
    expect(row!.sha256.equals(createHash('sha256').update(photo).digest())).toBe(true)
  })

  test('needs somebody who is signed in', async () => {
    const form = new FormData()
    form.set('file', new Blob([photo]), 'photo.png')
    const response = await media.request('/api/v1/media/upload', { method: 'POST', body: form }, null)
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'auth.token_missing' })
  })

  test('what is not multipart is 415, what is not well formed 400', async () => {
    function send(init: RequestInit) {
      return media.request('/api/v1/media/upload', { method: 'POST', ...init })
    }
    expect((await problemOf(await send({ body: photo, headers: { 'content-type': 'image/png' } }))).status).toBe(415)
    expect((await problemOf(await send({ body: '{}', headers: { 'content-type': 'application/json' } }))).status).toBe(
      415,
    )
    expect((await problemOf(await send({}))).status).toBe(415)
    expect(
      (await problemOf(await send({ body: 'x', headers: { 'content-type': 'multipart/form-data' } }))).status,
    ).toBe(400)
    expect((await problemOf(await send({ body: 'rubbish', headers: multipart }))).status).toBe(400)
    expect((await problemOf(await send({ body: head(), headers: multipart }))).status).toBe(400)
    expect((await problemOf(await send({ body: `${head()}half of a ph`, headers: multipart }))).status).toBe(400)
    expect(await media.sql("select 1 from media where state = 'uploading'")).toEqual([])
  })

  test.each([
    ['no part', [`--${boundary}--\r\n`], '#/file'],
    ['a part of another name', [head('photo'), 'x', tail], '#/photo'],
    ['a field beside the file', [head('note', ''), 'x\r\n', head(), 'x', tail], '#/note'],
    [
      'a file that is a mere field',
      [`--${boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\nx`, tail],
      '#/file',
    ],
    ['two files', [head(), 'x\r\n', head(), 'y', tail], '#/file'],
    ['an empty file', [head(), '', tail], '#/file'],
  ])('%s is 422 and leaves nothing', async (_, parts, pointer) => {
    const before = await media.rows()
    const left = await leftBy(async () => {
      const problem = await problemOf(await media.request('/api/v1/media/upload', streamed(parts)))
      expect(problem).toMatchObject({ status: 422, code: 'request.invalid', errors: [{ pointer }] })
    })
    expect(left).toEqual([])
    expect(await media.rows()).toEqual(before)
  })

  test('a file of exactly 50 MB is taken', async () => {
    const response = await media.request('/api/v1/media/upload', streamed(fileOf(mediaLimits.maxBytes)))
    expect(response.status).toBe(201)
    const { id } = (await response.json()) as Media
    expect(await media.plain.head(originalKey(id))).toMatchObject({ object: { bytes: mediaLimits.maxBytes } })
  })

  test('more than 50 MB are 413 while they stream, and nothing of them is left', async () => {
    const before = await media.rows()
    for (const size of [mediaLimits.maxBytes + 1, 51 * 1024 * 1024, 60 * 1024 * 1024]) {
      let sent = 0
      const left = await leftBy(async () => {
        const body = streamed(fileOf(size, (count) => (sent = count)))
        expect(await problemOf(await media.request('/api/v1/media/upload', body))).toMatchObject({
          status: 413,
          code: 'media.too_large',
        })
      })
      expect(left).toEqual([])
      expect(sent).toBeLessThan(55 * 1024 * 1024)
    }
    expect(await media.rows()).toEqual(before)
  })

  test('a body that is declared too large is not read at all', async () => {
    let sent = 0
    const init = streamed(fileOf(60 * 1024 * 1024, (count) => (sent = count)))
    init.headers = { ...multipart, 'content-length': String(60 * 1024 * 1024) }
    expect((await problemOf(await media.request('/api/v1/media/upload', init))).status).toBe(413)
    expect(sent).toBeLessThan(1024 * 1024)
  })

  test('memory stays flat while 50 MB pass, four times at once', async () => {
    function measure(): number {
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      return arrayBuffers + heapUsed
    }
    const before = measure()
    let peak = 0
    const answers = Array.from({ length: 4 }, () =>
      media.request(
        '/api/v1/media/upload',
        streamed(fileOf(mediaLimits.maxBytes, () => (peak = Math.max(peak, measure())))),
      ),
    )
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(201)
    // What is held, and what the collector has not come to yet; whole files would be all of it.
    expect((peak - before) / (4 * mediaLimits.maxBytes)).toBeLessThan(0.6)
  })

  test('a storage that stands still holds the sender up', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = await startMedia({
      worker: false,
      wrapStorage: (storage) => ({
        ...storage,
        async putStream(key, source, signal) {
          await gate.promise
          return storage.putStream(key, source, signal)
        },
      }),
    })
    try {
      let sent = 0
      let stillFor = 0
      const answer = slow.request(
        '/api/v1/media/upload',
        streamed(fileOf(20 * 1024 * 1024, (count) => ((sent = count), (stillFor = 0)))),
      )
      await waitFor(() => sent > 0 && ++stillFor > 20)
      expect(sent).toBeLessThan(1024 * 1024)
      gate.resolve()
      expect((await answer).status).toBe(201)
    } finally {
      await slow.stop()
    }
  })

  test('more uploads at once than are allowed are told to come again', async () => {
    const gate = Promise.withResolvers<void>()
    const small = await startMedia({
      worker: false,
      uploadsMax: 1,
      wrapStorage: (storage) => ({
        ...storage,
        async putStream(key, source, signal) {
          await gate.promise
          return storage.putStream(key, source, signal)
        },
      }),
    })
    try {
      const first = small.upload(photo)
      await waitFor(async () => (await small.rows()).length === 1)
      const second = await small.upload(photo)
      expect(second.headers.get('retry-after')).toBe('2')
      expect(await problemOf(second)).toMatchObject({ status: 503, code: 'media.busy' })
      gate.resolve()
      expect((await first).status).toBe(201)
      expect((await small.upload(photo)).status).toBe(201)
    } finally {
      await small.stop()
    }
  })

  test('S3 away is 503 and leaves nothing that waits', async () => {
    const nowhere = storageOfTests({ endpoint: 'http://127.0.0.1:1' })
    const away = await startMedia({
      worker: false,
      wrapStorage: (storage) => ({ ...storage, putStream: (...args) => nowhere.putStream(...args) }),
    })
    try {
      expect(await problemOf(await away.upload(photo))).toMatchObject({
        status: 503,
        code: 'media.storage_unavailable',
      })
      expect(await away.rows()).toEqual([])
    } finally {
      await away.stop()
    }
  })
})

describe('Idempotency-Key on an upload', () => {
  test('the same bytes again give the same answer, and the second copy is dropped', async () => {
    const key = { 'idempotency-key': 'plate-1' }
    const first = await media.upload(photo, key)
    const before = await media.rows()
    const left = await leftBy(async () => {
      const again = await media.upload(photo, key)
      expect(again.status).toBe(201)
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(again.headers.get('location')).toBe(first.headers.get('location'))
      expect(await again.json()).toEqual(await first.json())
    })
    expect(left).toEqual([])
    expect(await media.rows()).toEqual(before)
  })

  test('two at once make one media', async () => {
    const before = (await media.rows()).length
    const key = { 'idempotency-key': 'plate-2' }
    const answers = await Promise.all([media.upload(photo, key), media.upload(photo, key), media.upload(photo, key)])
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Media).id))
    expect(new Set(ids).size).toBe(1)
    expect((await media.rows()).length).toBe(before + 1)
  })

  test('other bytes under the same key are 422, and leave nothing', async () => {
    const key = { 'idempotency-key': 'plate-3' }
    await media.upload(photo, key)
    const before = await media.rows()
    const left = await leftBy(async () => {
      const other = await media.upload(await bytes(quarters(30, 30).png()), key)
      expect(await problemOf(other)).toMatchObject({ status: 422, code: 'idempotency.key_reused' })
    })
    expect(left).toEqual([])
    expect(await media.rows()).toEqual(before)
  })
})

describe('over a real connection', () => {
  async function withServer<T>(work: (port: number) => Promise<T>): Promise<T> {
    const server = await serve({
      app: media.app,
      config: { ...media.config, APP_PORT: 0 },
      log: silentLogger(),
      ownsProcess: false,
      graceMs: 500,
    })
    try {
      return await work(server.port)
    } finally {
      await server.stop()
    }
  }

  test('a connection that is cut in the middle leaves neither row nor object', async () => {
    const before = await media.rows()
    await withServer(async (port) => {
      const left = await leftBy(async () => {
        const token = (await media.tokens.headersFor(media.louise))['authorization']
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        await once(socket, 'connect')
        socket.write(
          `POST /api/v1/media/upload HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nContent-Type: ${multipart['content-type']}\r\nContent-Length: 40000000\r\n\r\n${head()}`,
        )
        // Enough that parts of it are in S3 already.
        for (let i = 0; i < 12; i++) if (!socket.write(Buffer.alloc(1024 * 1024, i))) await once(socket, 'drain')
        await waitFor(() => written.size === 1)
        socket.destroy()
        await waitFor(async () => (await media.rows()).length === before.length, {
          what: 'the clean-up',
          timeoutMs: 15_000,
        })
      })
      expect(left).toEqual([])
    })
    expect(await media.rows()).toEqual(before)
  })

  test('who sends 51 MB gets to read the 413', async () => {
    await withServer(async (port) => {
      const form = new FormData()
      form.set('file', new Blob([Buffer.alloc(51 * 1024 * 1024)]), 'large.jpg')
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/media/upload`, {
        method: 'POST',
        body: form,
        headers: await media.tokens.headersFor(media.louise),
      })
      expect(response.status).toBe(413)
    })
  })

  test('a photo goes through', async () => {
    await withServer(async (port) => {
      const form = new FormData()
      form.set('file', new Blob([await bytes(grain(1500, 1500).png())]), 'grain.png')
      const headers = await media.tokens.headersFor(media.louise)
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/media/upload`, {
        method: 'POST',
        body: form,
        headers,
      })
      expect(response.status).toBe(201)
    })
  })
})

describe('uploads by a presigned URL', () => {
  type Started = {
    media: Media
    upload: { method: string; url: string; headers: Record<string, string>; expiresAt: string }
  }

  async function start(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return media.request('/api/v1/media/uploads', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  async function started(size = photo.length): Promise<Started> {
    const response = await start({ type: 'image/png', bytes: size })
    expect(response.status).toBe(201)
    const body = (await response.json()) as Started
    expect(response.headers.get('location')).toBe(`/api/v1/media/${body.media.id}`)
    return body
  }

  function complete(id: string, as = media.louise): Promise<Response> {
    return media.request(`/api/v1/media/uploads/${id}/complete`, { method: 'POST' }, as)
  }

  test('a client brings the bytes to S3 and says so; saying it again changes nothing', async () => {
    const { media: waiting, upload } = await started()
    expect(waiting.state).toBe('uploading')
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'Content-Type': 'image/png' } })
    const lifetimeMs = Date.parse(upload.expiresAt) - Date.now()
    expect(lifetimeMs > 3_500_000 && lifetimeMs <= 3_600_000).toBe(true)
    const put = await fetch(upload.url, { method: 'PUT', body: photo, headers: { 'content-type': 'image/png' } })
    expect(put.status).toBe(200)
    const first = await complete(waiting.id)
    expect(first.status).toBe(200)
    const answer = await first.json()
    expect(answer).toMatchObject({ id: waiting.id, state: 'processing' })
    const [before] = await media.sql('select * from media where id = ?', [waiting.id])
    const again = await complete(waiting.id)
    expect(again.status).toBe(200)
    expect(await again.json()).toEqual(answer)
    expect(await media.sql('select * from media where id = ?', [waiting.id])).toEqual([before])
  })

  test('the URL takes neither another length nor another type', async () => {
    const { media: waiting, upload } = await started()
    function put(body: Buffer<ArrayBuffer>, type: string) {
      return fetch(upload.url, { method: 'PUT', body, headers: { 'content-type': type } })
    }
    expect((await put(photo, 'image/jpeg')).status).toBe(403)
    expect((await put(photo.subarray(1), 'image/png')).status).toBe(403)
    expect((await put(Buffer.concat([photo, photo]), 'image/png')).status).toBe(403)
    expect(await problemOf(await complete(waiting.id))).toMatchObject({ status: 409, code: 'media.not_uploaded' })
  })

  test('bytes of another number than declared are not taken, even if S3 let them pass', async () => {
    const { media: waiting } = await started(photo.length + 1)
    await media.plain.put(originalKey(waiting.id), photo, 'image/png')
    expect(await problemOf(await complete(waiting.id))).toMatchObject({ status: 409, code: 'media.wrong_size' })
  })

  test('types and sizes that are not taken are 422 with pointers', async () => {
    for (const [body, pointer] of [
      [{ type: 'image/svg+xml', bytes: 10 }, '#/type'],
      [{ type: 'image/png', bytes: 0 }, '#/bytes'],
      [{ type: 'image/png', bytes: mediaLimits.maxBytes + 1 }, '#/bytes'],
      [{ type: 'image/png', bytes: 1.5 }, '#/bytes'],
      [{ type: 'image/png' }, '#/bytes'],
      [{ type: 'image/png', bytes: 10, name: 'x' }, '#/name'],
    ] as const) {
      expect(await problemOf(await start(body))).toMatchObject({ status: 422, errors: [{ pointer }] })
    }
  })

  test('nobody completes what is not theirs, nor what is unknown', async () => {
    const { media: waiting } = await started()
    expect(await problemOf(await complete(waiting.id, media.nadar))).toMatchObject({
      status: 404,
      code: 'media.not_found',
    })
    expect((await problemOf(await complete('0199a0c4-7e00-7000-8000-0000000000b1'))).status).toBe(404)
    expect((await problemOf(await complete('x'))).status).toBe(422)
    expect((await media.request(`/api/v1/media/uploads/${waiting.id}/complete`, { method: 'POST' }, null)).status).toBe(
      401,
    )
    expect((await media.request('/api/v1/media/uploads', { method: 'POST' }, null)).status).toBe(401)
  })

  test('one Idempotency-Key starts one upload', async () => {
    const key = { 'idempotency-key': 'start-1' }
    const first = (await (await start({ type: 'image/png', bytes: 9 }, key)).json()) as Started
    const again = (await (await start({ type: 'image/png', bytes: 9 }, key)).json()) as Started
    expect(again).toEqual(first)
    expect((await problemOf(await start({ type: 'image/png', bytes: 10 }, key))).code).toBe('idempotency.key_reused')
  })
})

describe('GET /api/v1/media/{id}', () => {
  test('before it is ready only its owner sees it', async () => {
    const { id } = (await (await media.upload(photo)).json()) as Media
    expect((await media.request(`/api/v1/media/${id}`)).status).toBe(200)
    expect((await media.request(`/api/v1/media/${id.toUpperCase()}`)).status).toBe(200)
    expect(await problemOf(await media.request(`/api/v1/media/${id}`, {}, media.nadar))).toMatchObject({
      status: 404,
      code: 'media.not_found',
    })
    expect((await media.request(`/api/v1/media/${id}`, {}, null)).status).toBe(404)
    expect((await media.request('/api/v1/media/nonsense')).status).toBe(422)
  })
})

describe('housekeeping', () => {
  async function tidy(): Promise<void> {
    await expireUploads({ em: media.forkEm() }, { olderThanHours: 24 })
    await removeLeftovers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
  }
  function aDayPasses(id: string) {
    return media.sql(
      `update media set created_at = created_at - interval '25 hours', url_until = url_until - interval '25 hours' where id = ?`,
      [id],
    )
  }

  test('an upload that is never completed fails after a day, with one event, and its bytes go', async () => {
    const response = await media.request('/api/v1/media/uploads', {
      method: 'POST',
      body: JSON.stringify({ type: 'image/png', bytes: photo.length }),
      headers: { 'content-type': 'application/json' },
    })
    const { media: waiting } = (await response.json()) as { media: Media }
    await media.plain.put(originalKey(waiting.id), photo, 'image/png')
    await tidy()
    expect((await media.mediaOf(waiting.id)).state).toBe('uploading')
    await aDayPasses(waiting.id)
    await Promise.all([tidy(), tidy()])
    await tidy()
    expect(await media.mediaOf(waiting.id)).toMatchObject({ state: 'failed', reason: 'upload_expired' })
    expect(await media.eventsOf(waiting.id)).toMatchObject([
      { type: 'daguerre.media.failed.v1', version: '2', data: { mediaId: waiting.id, reason: 'upload_expired' } },
    ])
    expect((await media.plain.head(originalKey(waiting.id))).outcome).toBe('missing')
    const late = await media.request(`/api/v1/media/uploads/${waiting.id}/complete`, { method: 'POST' })
    expect(await late.json()).toMatchObject({ state: 'failed', reason: 'upload_expired' })
  })

  test('what a stream left that ended with its process goes, row and bytes', async () => {
    const { id } = (await (await media.upload(photo)).json()) as Media
    // As a kill between the last byte and the commit leaves it.
    await media.sql(
      "update media set state = 'uploading', claimable_at = null, bytes = null, sha256 = null where id = ?",
      [id],
    )
    await aDayPasses(id)
    await tidy()
    expect(await media.sql('select 1 from media where id = ?', [id])).toEqual([])
    expect((await media.plain.head(originalKey(id))).outcome).toBe('missing')
    expect(await media.eventsOf(id)).toEqual([])
  })
})
