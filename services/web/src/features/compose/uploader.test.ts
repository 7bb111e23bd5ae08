import { ApiError, ConnectionError, type Media } from '@daguerre/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { untouched } from './posts.ts'
import { createUploader, FileGone, pauseAfter, type UploaderOptions } from './uploader.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const bytes = new Blob(['light'])

function media(id: string, state: Media['state'] = 'processing', reason: Media['reason'] = null): Media {
  return { id, state, reason, width: null, height: null, placeholder: null, variants: [] }
}

interface Sent {
  key: string
  signal: AbortSignal
  onProgress: (sent: number, total: number) => void
  done: (media: Media) => void
  fail: (error: unknown) => void
}

function start(options: Partial<UploaderOptions> = {}) {
  const sent: Sent[] = []
  const stored: [string, string][] = []
  const uploader = createUploader({
    bytesOf: async () => bytes,
    send: (_, { idempotencyKey, signal, onProgress }) =>
      new Promise((done, fail) => sent.push({ key: idempotencyKey, signal, onProgress, done, fail })),
    ready: async (id) => media(id, 'ready'),
    onStored: async ({ id }, mediaId) => void stored.push([id, mediaId]),
    ...options,
  })
  return { uploader, sent, stored, stateOf: (id: string) => uploader.snapshot().get(id) }
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

describe('photos are sent', () => {
  test('at once, two at a time, and the next when one is there', async () => {
    const { uploader, sent, stored, stateOf } = start()
    for (const id of ['a', 'b', 'c']) uploader.add({ id, key: `key-${id}`, edit: untouched })
    await settle()
    expect(sent.map(({ key }) => key)).toEqual(['key-a', 'key-b'])
    expect(stateOf('c')).toEqual({ is: 'waiting' })
    sent[0]?.onProgress(3, 4)
    expect(stateOf('a')).toEqual({ is: 'sending', share: 0.75 })
    sent[0]?.done(media('m1'))
    await settle()
    expect(stored).toEqual([['a', 'm1']])
    expect(stateOf('a')).toEqual({ is: 'stored', mediaId: 'm1' })
    expect(sent.map(({ key }) => key)).toEqual(['key-a', 'key-b', 'key-c'])
  })

  test('once: adding again what is known changes nothing', async () => {
    const { uploader, sent } = start()
    uploader.add({ id: 'a', key: '1', edit: untouched })
    uploader.add({ id: 'a', key: '1', edit: untouched })
    await settle()
    expect(sent).toHaveLength(1)
  })

  test('anew when it was edited: what was under way is cut', async () => {
    const { uploader, sent, stored } = start()
    uploader.add({ id: 'a', key: '1', edit: untouched })
    await settle()
    uploader.add({ id: 'a', key: '2', edit: untouched })
    await settle()
    expect(sent[0]?.signal.aborted).toBe(true)
    sent[0]?.done(media('old'))
    sent[1]?.done(media('new'))
    await settle()
    expect(stored).toEqual([['a', 'new']])
  })

  test('not when the server has it', async () => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: '1', edit: untouched }, 'm')
    await settle()
    expect(sent).toEqual([])
    expect(stateOf('a')).toEqual({ is: 'stored', mediaId: 'm' })
  })
})

test('a paused photo lets another pass, and goes on with the same key', async () => {
  const { uploader, sent, stateOf } = start({ concurrency: 1 })
  uploader.add({ id: 'a', key: 'ka', edit: untouched })
  uploader.add({ id: 'b', key: 'kb', edit: untouched })
  await settle()
  uploader.pause('a')
  await settle()
  expect(sent[0]?.signal.aborted).toBe(true)
  expect(stateOf('a')).toEqual({ is: 'paused' })
  expect(sent[1]?.key).toBe('kb')
  uploader.resume('a')
  sent[1]?.done(media('mb'))
  await settle()
  expect(sent[2]?.key).toBe('ka')
})

describe('when something goes wrong', () => {
  test('a cut line: it is tried again by itself, ever later, with the same key', async () => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.fail(new ConnectionError(new TypeError('cut')))
    await settle()
    expect(stateOf('a')).toMatchObject({ is: 'held', until: Date.now() + 2_000 })
    await vi.advanceTimersByTimeAsync(2_000)
    sent[1]?.fail(new ConnectionError(new TypeError('cut')))
    await settle()
    expect(stateOf('a')).toMatchObject({ until: Date.now() + 4_000 })
    uploader.resumeHeld()
    await settle()
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(['k']))
  })

  test('a line on which nothing moves counts as cut', async () => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.signal.addEventListener('abort', () => sent[0]?.fail(new DOMException('', 'AbortError')))
    await vi.advanceTimersByTimeAsync(50_000)
    sent[0]?.onProgress(1, 2)
    await vi.advanceTimersByTimeAsync(50_000)
    expect(stateOf('a')?.is).toBe('sending')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(stateOf('a')).toMatchObject({ is: 'held', error: { name: 'ConnectionError' } })
  })

  test('too much at once: it waits as long as the server says', async () => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.fail(new ApiError({ status: 429 }, 42))
    await settle()
    expect(stateOf('a')).toMatchObject({ is: 'held', until: Date.now() + 42_000 })
    await vi.advanceTimersByTimeAsync(42_000)
    expect(sent).toHaveLength(2)
  })

  test('the session is over: it waits for somebody to sign in, however long', async () => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.fail(new ApiError({ status: 401 }))
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(stateOf('a')).toMatchObject({ is: 'held', until: null })
    expect(sent).toHaveLength(1)
    uploader.resumeHeld()
    await settle()
    expect(sent).toHaveLength(2)
  })

  test.each([413, 415, 422])('%i: it stops, and somebody may try again', async (status) => {
    const { uploader, sent, stateOf } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.fail(new ApiError({ status }))
    await settle()
    expect(stateOf('a')).toMatchObject({ is: 'stopped' })
    uploader.resume('a')
    await settle()
    expect(sent).toHaveLength(2)
  })

  test('a file that is gone stops it', async () => {
    const { uploader, stateOf } = start({ bytesOf: async () => null })
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    expect(stateOf('a')).toEqual({ is: 'stopped', error: new FileGone() })
  })

  test('what the server cannot read is known', async () => {
    const { uploader, sent, stateOf } = start({ ready: async (id) => media(id, 'failed', 'truncated') })
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    await settle()
    sent[0]?.done(media('m'))
    await settle()
    expect(stateOf('a')).toEqual({ is: 'spoilt', reason: 'truncated' })
  })
})

describe('waiting for all of them', () => {
  test('ends when they are stored, and wakes what was paused', async () => {
    const { uploader, sent } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    uploader.pause('a')
    const all = uploader.settled(['a'], new AbortController().signal)
    await settle()
    sent.at(-1)?.done(media('m'))
    expect((await all).get('a')).toEqual({ is: 'stored', mediaId: 'm' })
  })

  test('ends when one cannot go on, or nobody waits any more', async () => {
    const { uploader, sent } = start()
    uploader.add({ id: 'a', key: 'k', edit: untouched })
    const leaving = new AbortController()
    const left = uploader.settled(['a'], leaving.signal)
    leaving.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    const all = uploader.settled(['a'], new AbortController().signal)
    await settle()
    sent[0]?.fail(new ApiError({ status: 422 }))
    expect((await all).get('a')?.is).toBe('stopped')
  })
})

test('what passes by itself is waited for, the rest is not', () => {
  const waited = [503, 500, 429, 408, 401].map((status) => pauseAfter(new ApiError({ status }), 0))
  expect(waited).toEqual([2_000, 2_000, 2_000, 2_000, 2_000])
  expect([400, 403, 404, 413, 415, 422].map((status) => pauseAfter(new ApiError({ status }), 0))).toEqual(
    Array(6).fill(null),
  )
  expect(pauseAfter(new ConnectionError(null), 20)).toBe(60_000)
  expect(pauseAfter(new Error('a defect'), 0)).toBeNull()
})
