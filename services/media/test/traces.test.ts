import { events, makeEvent, type Media } from '@daguerre/contracts'
import { eraseForgotten } from '@daguerre/kit/forget-events'
import { newId } from '@daguerre/kit/id'
import { findText, waitFor } from '@daguerre/kit/testing'
import { afterEach, expect, test } from 'vitest'
import { subscriptions } from '../src/events.ts'
import { startImport } from '../src/import/start-import.ts'
import { eraseGone } from '../src/media/erase-media.ts'
import { originalKey, variantKey } from '../src/media/media-row.ts'
import { type Storage, StorageUnavailable } from '../src/storage.ts'
import { bytes, quarters } from './photos.ts'
import { startMedia, type System } from './system.ts'

let running: System[] = []
afterEach(async () => {
  await Promise.all(running.map((system) => system.stop()))
  running = []
})

const photo = await bytes(quarters(400, 300).png())

async function system(settings: Parameters<typeof startMedia>[0] = {}) {
  const media = await startMedia(settings)
  running.push(media)
  const handlers = subscriptions({ forkEm: media.forkEm, maxDistance: 10, wakeEraser: () => {} })
  async function hear(event: ReturnType<typeof makeEvent>): Promise<void> {
    const handler = handlers.find(({ type }) => type === event.type)
    const data = handler?.schema.parse(event.data)
    await handler?.handle({ ...event, id: newId(), source: '', time: '', replayed: false, data: data as never })
  }
  return {
    ...media,
    hear,
    postDeleted: (mediaIds: string[], authorId = media.louise.id) =>
      hear(
        makeEvent(events.postDeleted, {
          subject: newId(),
          version: 2,
          data: { postId: newId(), authorId, mediaIds, authorPosts: { count: 0, version: 2 } },
        }),
      ),
    accountDeleted: (userId: string) =>
      hear(
        makeEvent(events.accountDeleted, {
          subject: userId,
          version: 2,
          data: { userId, at: new Date().toISOString() },
        }),
      ),
    erase: () =>
      eraseGone(
        { forkEm: media.forkEm, storage: media.storage, leaseSeconds: 30, uploadUrlSeconds: 600 },
        new AbortController().signal,
      ),
    nextPass: () => media.sql('update erasure set due_at = now() where due_at is not null'),
    tablesWith: async (text: string) =>
      [...new Set((await findText(media.database.orm, text)).map(({ table }) => table))].toSorted(),
    isStored: async (key: string) => (await media.plain.head(key)).outcome === 'found',
  }
}

test('the photos of a deleted post are not found any more, and neither a row nor a byte of them is left', async () => {
  const media = await system()
  const key = newId()
  const made = (await (await media.upload(photo, { 'idempotency-key': key })).json()) as Media
  const [gone, kept] = [await media.finished(made.id), await media.process(photo)]
  expect(await media.tablesWith(gone.placeholder ?? '')).toEqual(['media', 'outbox'])
  await media.postDeleted([gone.id])
  await media.erase()
  await eraseForgotten(media.forkEm())

  expect((await media.app.request(gone.variants[0]!.url)).status).toBe(404)
  expect((await media.request(`/api/v1/media/${gone.id}`)).status).toBe(404)
  for (const name of gone.variants.map((each) => each.name))
    expect(await media.isStored(variantKey(gone.id, name))).toBe(false)
  expect(await media.isStored(originalKey(gone.id))).toBe(false)
  expect(await media.tablesWith(gone.id)).toEqual(['erasure', 'forgotten'])
  const again = await media.upload(photo, { 'idempotency-key': key })
  expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'idempotency.gone'])

  expect((await media.app.request(kept.variants[0]!.url)).status).toBe(200)
  expect(await media.isStored(originalKey(kept.id))).toBe(true)
})

test('a photo is taken along by its owner alone', async () => {
  const media = await system()
  const { id } = await media.process(photo)
  await media.postDeleted([id], media.nadar.id)
  expect((await media.request(`/api/v1/media/${id}`)).status).toBe(200)
})

test('a worker that has the photo at that moment publishes nothing, and what it still writes goes with the next pass', async () => {
  const stopped = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  function slow(storage: Storage): Storage {
    return {
      ...storage,
      async put(...args) {
        stopped.resolve()
        await goOn.promise
        await storage.put(...args)
      },
    }
  }
  const media = await system({ wrapStorage: slow })
  const { id } = (await (await media.upload(photo)).json()) as Media
  await stopped.promise
  await media.postDeleted([id])
  await media.erase()
  goOn.resolve()
  await waitFor(() => media.isStored(variantKey(id, 'small')), { what: 'the worker writes on' })
  await media.nextPass()
  await waitFor(
    async () => {
      await media.nextPass()
      await media.erase()
      return !(await media.isStored(variantKey(id, 'small')))
    },
    { what: 'what it wrote is gone' },
  )
  expect(await media.eventsOf(id)).toEqual([])
})

test('while S3 is away nobody finds the photo, and it is erased when S3 is back', async () => {
  let isAway = false
  function away(storage: Storage): Storage {
    return {
      ...storage,
      async remove(keys) {
        if (isAway) throw new StorageUnavailable('away')
        await storage.remove(keys)
      },
    }
  }
  const media = await system({ wrapStorage: away })
  const { id } = await media.process(photo)
  isAway = true
  await media.postDeleted([id])
  await expect(media.erase()).rejects.toThrow('away')
  expect((await media.request(`/api/v1/media/${id}`)).status).toBe(404)
  isAway = false
  await media.nextPass()
  await media.erase()
  expect(await media.isStored(originalKey(id))).toBe(false)
})

test('an import that comes after its post was deleted fetches nothing', async () => {
  const media = await system()
  const id = newId()
  await media.postDeleted([id])
  const reach = { internet: true, loopback: false }
  const wanted = { id, ownerId: media.louise.id, url: 'https://example.org/a.jpg' }
  expect(await startImport({ em: media.forkEm(), reach }, wanted)).toBeUndefined()
  expect(await media.tablesWith('example.org')).toEqual([])
})

test('who has left has no photos any more, posted or not, whole or not', async () => {
  const media = await system()
  const ready = await media.process(photo)
  const started = await media.request('/api/v1/media/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'image/png', bytes: photo.length }),
  })
  const { media: waiting } = (await started.json()) as { media: Media }
  await media.accountDeleted(media.louise.id)
  await media.erase()
  await eraseForgotten(media.forkEm())
  expect(await media.tablesWith(media.louise.id)).toEqual(['erasure'])
  for (const id of [ready.id, waiting.id]) expect(await media.tablesWith(id)).toEqual(['erasure', 'forgotten'])
  expect(await media.isStored(originalKey(ready.id))).toBe(false)
  // A URL that was given out before is used, and its last pass is when it has ended.
  await media.plain.put(originalKey(waiting.id), photo, 'image/png')
  for (const _ of [1, 2]) {
    await media.nextPass()
    await media.erase()
  }
  expect(await media.isStored(originalKey(waiting.id))).toBe(false)
})

test('who leaves with many photos keeps a post that is deleted meanwhile waiting for a hundred of them at most', async () => {
  const removed: string[] = []
  let deletedMeanwhile: string | undefined
  const media = await system({
    wrapStorage: (storage) => ({
      ...storage,
      async remove([original]) {
        removed.push(original!)
        const ids = deletedMeanwhile === undefined ? [] : [deletedMeanwhile]
        deletedMeanwhile = undefined
        await media.postDeleted(ids, media.nadar.id)
      },
    }),
  })
  const [first] = await media.sql<{ id: string }>(
    `insert into media (id, owner_id, state, source)
     select gen_random_uuid(), owner, 'ready', 'streamed'
       from unnest(array[?]::uuid[] || array_fill(?::uuid, array[250])) as owner returning id`,
    [media.nadar.id, media.louise.id],
  )
  const other = first!.id
  deletedMeanwhile = other
  await media.accountDeleted(media.louise.id)
  await media.erase()
  expect(removed).toHaveLength(251)
  expect(removed.indexOf(originalKey(other))).toBeLessThanOrEqual(101)
})
