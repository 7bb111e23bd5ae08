import type { Media } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { removeLeftovers } from '../src/media/drop-uploads.ts'
import type { Claim } from '../src/leases.ts'
import { finishFailed, finishPhoto, waitingPhotos } from '../src/media/claim-media.ts'
import { originalKey, variantKey } from '../src/media/media-row.ts'
import { processMedia } from '../src/media/process-media.ts'
import { type Storage, StorageUnavailable } from '../src/storage.ts'
import { bytes, quarters } from './photos.ts'
import { startMedia, type System, withoutGrants } from './system.ts'

let running: System[] = []
afterEach(async () => {
  await Promise.all(running.map((system) => system.stop()))
  running = []
})

async function system(settings: Parameters<typeof startMedia>[0] = { worker: false }): Promise<System> {
  const made = await startMedia(settings)
  running.push(made)
  return made
}

const photo = await bytes(quarters(400, 300).png())

async function uploaded(media: System, file: Uint8Array<ArrayBuffer> = photo): Promise<string> {
  const response = await media.upload(file)
  expect(response.status).toBe(201)
  return ((await response.json()) as Media).id
}

/** Ends every lease, as time would. */
async function leasesEnd(media: System): Promise<void> {
  await media.sql("update media set claimable_at = now() - interval '1 second' where state = 'processing'")
}

async function typesOf(media: System, id: string): Promise<string[]> {
  return (await media.eventsOf(id)).map(({ type }) => type)
}
const processed = 'daguerre.media.processed.v1'
const failed = 'daguerre.media.failed.v1'

test('an upload is worked on at once, not at the next look', async () => {
  const media = await system({ worker: { pollMs: 600_000 } })
  expect((await media.finished(await uploaded(media))).state).toBe('ready')
})

test('ready and its event come together and agree', async () => {
  const media = await system({})
  const id = await uploaded(media)
  const ready = await media.finished(id)
  expect(await media.eventsOf(id)).toEqual([
    { type: processed, version: '3', data: { ownerId: media.louise.id, media: withoutGrants(ready) } },
  ])
  const [row] = await media.sql<{ version: number }>('select version from media where id = ?', [id])
  expect(row!.version).toBe(3)
})

describe('a crash in the middle', () => {
  test('a worker that died before it began: its lease ends, another finishes, one event', async () => {
    const media = await system()
    const id = await uploaded(media)
    const dead = (await waitingPhotos.claim({ em: media.forkEm() }, 60))!
    expect(dead.id).toBe(id)
    const worker = media.addWorker({ pollMs: 10 })
    // While the lease holds nobody else has it.
    expect(await waitingPhotos.claim({ em: media.forkEm() }, 60)).toBeUndefined()
    await leasesEnd(media)
    worker.wake()
    expect((await media.finished(id)).state).toBe('ready')
    expect(await typesOf(media, id)).toEqual([processed])
  })

  test('a kill between the last put to S3 and the commit: done again, to the same bytes, one event', async () => {
    const media = await system()
    const id = await uploaded(media)
    const claim = (await waitingPhotos.claim({ em: media.forkEm() }, 60))!
    await processMedia({ storage: media.storage, signal: new AbortController().signal }, claim.id)
    const before = await media.plain.head(variantKey(id, 'small'))
    expect((await media.mediaOf(id)).state).toBe('processing')
    await leasesEnd(media)
    media.addWorker()
    await media.finished(id)
    expect(await typesOf(media, id)).toEqual([processed])
    const after = await media.plain.head(variantKey(id, 'small'))
    expect(after.outcome === 'found' && after.object.etag).toBe(before.outcome === 'found' && before.object.etag)
  })

  test('one who was only slow comes too late: no second event, no change', async () => {
    const media = await system()
    const id = await uploaded(media)
    const slow = (await waitingPhotos.claim({ em: media.forkEm() }, 60))!
    const result = await processMedia({ storage: media.storage, signal: new AbortController().signal }, id)
    await leasesEnd(media)
    const second = (await waitingPhotos.claim({ em: media.forkEm() }, 60))!
    expect(second).toMatchObject({ id, attempts: 2 })
    expect(await waitingPhotos.renew({ em: media.forkEm() }, slow, 60)).toBe(false)
    expect(await finishPhoto({ em: media.forkEm(), maxDistance: 10 }, slow, result)).toBeUndefined()
    expect(await finishFailed({ em: media.forkEm() }, slow, 'truncated')).toBe(false)
    expect(await finishPhoto({ em: media.forkEm(), maxDistance: 10 }, second, result)).toBe('ready')
    expect(await finishPhoto({ em: media.forkEm(), maxDistance: 10 }, second, result)).toBeUndefined()
    expect(await typesOf(media, id)).toEqual([processed])
  })

  test('a file that ends its worker each time is given up after three', async () => {
    const media = await system()
    const id = await uploaded(media)
    for (let i = 1; i <= 3; i++) {
      expect(await waitingPhotos.claim({ em: media.forkEm() }, 60)).toMatchObject({ id, attempts: i })
      await leasesEnd(media)
    }
    media.addWorker()
    expect(await media.finished(id)).toMatchObject({ state: 'failed', reason: 'processing_failed' })
    expect(await typesOf(media, id)).toEqual([failed])
  })

  test('a long work keeps its lease', async () => {
    const gate = Promise.withResolvers<void>()
    let reads = 0
    const media = await system({
      worker: false,
      wrapStorage: (storage) => ({
        ...storage,
        async read(...args) {
          reads += 1
          await gate.promise
          return storage.read(...args)
        },
      }),
    })
    const id = await uploaded(media)
    media.addWorker({ leaseSeconds: 1 })
    media.addWorker({ leaseSeconds: 1 })
    await waitFor(() => reads === 1)
    const { lease } = (await media.sql<Claim>('select lease from media where id = ?', [id]))[0]!
    const startedAt = performance.now()
    await waitFor(() => performance.now() - startedAt > 2500)
    expect((await media.sql<Claim>('select lease, attempts from media where id = ?', [id]))[0]).toEqual({
      lease,
      attempts: 1,
    })
    gate.resolve()
    await media.finished(id)
    expect(reads).toBe(1)
  })

  test('a worker that is told to stop gives back what it has not finished, and this was no attempt', async () => {
    const gate = Promise.withResolvers<void>()
    let reads = 0
    const media = await system({
      worker: false,
      wrapStorage: (storage) => ({
        ...storage,
        async read(...args) {
          if (++reads === 1) await gate.promise
          return storage.read(...args)
        },
      }),
    })
    const id = await uploaded(media)
    const first = media.addWorker({ graceMs: 50 })
    await waitFor(() => reads === 1)
    await first.stop()
    expect((await media.sql('select lease, attempts, state from media where id = ?', [id]))[0]).toEqual({
      lease: null,
      attempts: 0,
      state: 'processing',
    })
    media.addWorker()
    await media.finished(id)
    gate.resolve()
    expect(await typesOf(media, id)).toEqual([processed])
  })
})

describe('many at once', () => {
  test('several workers share the queue and do nothing twice', async () => {
    const puts = new Map<string, number>()
    const media = await system({
      worker: false,
      wrapStorage: (storage) => ({
        ...storage,
        put(key, ...rest) {
          puts.set(key, (puts.get(key) ?? 0) + 1)
          return storage.put(key, ...rest)
        },
      }),
    })
    const ids = await Promise.all(Array.from({ length: 8 }, () => uploaded(media)))
    media.addWorker({ concurrency: 2 })
    media.addWorker()
    const states = await Promise.all(ids.map(async (id) => (await media.finished(id)).state))
    expect(new Set(states)).toEqual(new Set(['ready']))
    expect([...puts.values()].every((count) => count === 1)).toBe(true)
    for (const id of ids) expect(await typesOf(media, id)).toEqual([processed])
  })

  test('a poison file stops nobody: the photos around it become ready', async () => {
    const media = await system()
    const poison = await uploaded(media, damagedPng())
    const fine = await uploaded(media)
    const noImage = await uploaded(media, new TextEncoder().encode('no image'))
    const alsoFine = await uploaded(media)
    media.addWorker()
    const order: string[] = []
    await Promise.all(
      [poison, fine, noImage, alsoFine].map(async (id) => {
        await media.finished(id)
        order.push(id)
      }),
    )
    expect(order.at(-1)).toBe(poison)
    expect(await media.mediaOf(poison)).toMatchObject({ state: 'failed', reason: 'processing_failed' })
    expect((await media.sql<Claim>('select attempts from media where id = ?', [poison]))[0]!.attempts).toBe(3)
    expect(await media.mediaOf(fine)).toMatchObject({ state: 'ready' })
    expect(await media.mediaOf(noImage)).toMatchObject({ state: 'failed', reason: 'not_an_image' })
    expect(await media.mediaOf(alsoFine)).toMatchObject({ state: 'ready' })
    expect(await typesOf(media, poison)).toEqual([failed])
  })
})

describe('S3 away', () => {
  function switchable(broken: { is: boolean }) {
    return (storage: Storage): Storage => {
      function guard(): void {
        if (broken.is) throw new StorageUnavailable('away')
      }
      return {
        ...storage,
        async read(...args) {
          guard()
          return storage.read(...args)
        },
        async put(...args) {
          guard()
          return storage.put(...args)
        },
      }
    }
  }

  test('photos wait, however long, without using up their attempts, and are made when it is back', async () => {
    const broken = { is: false }
    const media = await system({ worker: false, wrapStorage: switchable(broken) })
    const id = await uploaded(media)
    broken.is = true
    let tries = 0
    const worker = media.addWorker({ pauseMs: 5 })
    for (; tries < 5; tries++) {
      await waitFor(async () => {
        const [row] = await media.sql<Claim>('select lease, attempts from media where id = ?', [id])
        return row!.lease === null && row!.attempts === 0
      })
      await leasesEnd(media)
      worker.wake()
    }
    expect(await media.mediaOf(id)).toMatchObject({ state: 'processing' })
    broken.is = false
    await leasesEnd(media)
    expect((await media.finished(id)).state).toBe('ready')
    expect((await media.sql<Claim>('select attempts from media where id = ?', [id]))[0]!.attempts).toBe(1)
  })
})

test('what a failed photo left in S3 is removed', async () => {
  const media = await system({})
  const id = await uploaded(media, new TextEncoder().encode('no image'))
  await media.finished(id)
  await media.plain.put(variantKey(id, 'thumbnail'), photo, 'image/webp')
  function tidy() {
    return removeLeftovers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
  }
  expect(await tidy()).toBe(1)
  expect(await tidy()).toBe(0)
  expect((await media.plain.head(originalKey(id))).outcome).toBe('missing')
  expect((await media.plain.head(variantKey(id, 'thumbnail'))).outcome).toBe('missing')
  expect(await media.mediaOf(id)).toMatchObject({ state: 'failed', reason: 'not_an_image' })
})

/** Whole from beginning to end, but its pixels cannot be inflated: no reason that is known. */
function damagedPng(): Buffer<ArrayBuffer> {
  const png = Buffer.from(photo)
  const data = png.indexOf('IDAT') + 4
  png.fill(0x55, data + 2, data + 60)
  return png
}
