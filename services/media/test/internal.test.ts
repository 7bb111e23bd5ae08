import { events, mediaInternal, outboxInternal } from '@daguerre/contracts'
import { asSidecar } from '@daguerre/kit/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { bytes, quarters } from './photos.ts'
import { startMedia, type System, withoutGrants } from './system.ts'

let media: System
beforeAll(async () => {
  media = await startMedia()
  return media.stop
})

function ask(path: string, body: unknown, headers: Record<string, string> = asSidecar()): Promise<Response> {
  return Promise.resolve(media.app.request(path, { method: 'POST', body: JSON.stringify(body), headers }))
}

const unknownId = '0199a0c4-7e00-7000-8000-0000000000b1'

describe('POST /internal/media', () => {
  test('gives media in every state with their owners, and leaves out what is unknown', async () => {
    const ready = await media.process(await bytes(quarters(50, 40).png()))
    const failed = await media.process(new TextEncoder().encode('text'))
    const response = await ask('/internal/media', { ids: [failed.id, unknownId, ready.id] })
    expect(response.status).toBe(200)
    const { items } = mediaInternal.media.output.parse(await response.json())
    expect(items).toHaveLength(2)
    expect(items).toEqual(
      expect.arrayContaining([
        { ownerId: media.louise.id, version: 3, media: withoutGrants(ready) },
        { ownerId: media.louise.id, version: 3, media: failed },
      ]),
    )
  })

  test('takes only the sidecar, and only ids', async () => {
    expect((await ask('/internal/media', { ids: [] }, { 'content-type': 'application/json' })).status).toBe(401)
    expect((await ask('/internal/media', { ids: [] }, { ...asSidecar(), 'dapr-api-token': 'x' })).status).toBe(401)
    expect((await ask('/internal/media', { ids: ['x'] })).status).toBe(422)
    expect((await ask('/internal/media', { ids: Array(101).fill(unknownId) })).status).toBe(422)
    expect(await (await ask('/internal/media', { ids: [] })).json()).toEqual({ items: [] })
  })
})

test('POST /internal/outbox gives the events as the catalogue has them', async () => {
  const ready = await media.process(await bytes(quarters(50, 40).png()))
  const response = await ask('/internal/outbox', { from: '2026-01-01T00:00:00Z', after: null, limit: 1000 })
  const { items, next } = outboxInternal.media.output.parse(await response.json())
  expect(next).toBeNull()
  const event = items.find(({ subject }) => subject === ready.id)!
  expect(event).toMatchObject({ topic: 'media', type: events.mediaProcessed.type, version: 3 })
  expect(events.mediaProcessed.data.parse(event.data)).toEqual({
    ownerId: media.louise.id,
    media: withoutGrants(ready),
  })
  expect((await ask('/internal/outbox', {}, { 'content-type': 'application/json' })).status).toBe(401)
})
