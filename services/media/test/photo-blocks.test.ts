import { createHash } from 'node:crypto'
import { newId } from '@daguerre/kit/id'
import { silentLogger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { waitFor } from '@daguerre/kit/testing'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findMatch } from '../src/block/find-match.ts'
import { hashPhotos } from '../src/block/hash-photos.ts'
import { hashPicture, plainHash } from '../src/image/perceptual-hash.ts'
import { removeLeftovers } from '../src/media/drop-uploads.ts'
import { originalKey, variantKey } from '../src/media/media-row.ts'
import { StorageUnavailable } from '../src/storage.ts'
import { bytes, encoded, scene, solid } from './photos.ts'
import { startMedia, type System } from './system.ts'

let media: System
/** Whether S3 gives anything, and how often it was asked. */
const s3 = { isAway: false, reads: 0 }
beforeAll(async () => {
  media = await startMedia({
    wrapStorage: (storage) => ({
      ...storage,
      async read(...args) {
        s3.reads += 1
        if (s3.isAway) throw new StorageUnavailable('away')
        return storage.read(...args)
      },
    }),
  })
})
afterAll(() => media.stop())

const matched = 'daguerre.media.photo-matched.v1'
let seed = 0

async function matchesOf(id: string) {
  return (await media.eventsOf(id)).filter(({ type }) => type === matched).map(({ data }) => data)
}

async function hashOf(id: string): Promise<string | null> {
  const [row] = await media.sql<{ hash: string | null }>('select perceptual_hash as hash from media where id = ?', [id])
  return row!.hash
}

/** As it was before anybody asked what photos look like. */
async function forgetHash(id: string): Promise<void> {
  await media.sql('update media set perceptual_hash = null where id = ?', [id])
}

function findHashes(signal = new AbortController().signal): Promise<number> {
  const { forkEm, storage, config } = media
  return hashPhotos({ forkEm, storage, maxDistance: config.MEDIA_BLOCK_DISTANCE, log: silentLogger() }, signal)
}

/** A picture that nobody has brought before, a photo of it, and its block. */
async function blocked(): Promise<{ picture: Buffer; blockId: string; hash: string }> {
  const picture = await bytes(scene((seed += 1)).png())
  const { id } = await media.process(Buffer.from(picture))
  const [blockId, hash] = [newId(), await hashOf(id)]
  await media.block(hash!, { blockId })
  return { picture, blockId, hash: hash! }
}

const others: Record<string, (picture: Buffer) => Sharp | Promise<Sharp>> = {
  'the same': (picture) => sharp(picture),
  'a quarter of the size': (picture) => sharp(picture).resize(100),
  'squeezed to a square': (picture) => sharp(picture).resize(250, 250, { fit: 'fill' }),
  'a poor JPEG': async (picture) => sharp(await sharp(picture).jpeg({ quality: 20 }).toBuffer()),
  'an AVIF': async (picture) => sharp(await sharp(picture).avif({ effort: 0 }).toBuffer()),
  brighter: (picture) => sharp(picture).modulate({ brightness: 1.2 }),
  'with more contrast': (picture) => sharp(picture).linear(1.25, -25),
  'without colours': (picture) => sharp(picture).greyscale(),
  blurred: (picture) => sharp(picture).blur(1),
  'cut at each side': (picture) => sharp(picture).extract({ left: 6, top: 4, width: 388, height: 291 }),
  'turned by EXIF': (picture) => sharp(picture).rotate(270).withMetadata({ orientation: 6 }),
}

describe('of a photo that is blocked', () => {
  test.each(Object.keys(others))('another one, %s, is refused', async (name) => {
    const { picture, blockId } = await blocked()
    const changed = await (await others[name]!(picture)).toFormat(name === 'an AVIF' ? 'avif' : 'png').toBuffer()
    const photo = await media.process(Buffer.from(changed))
    expect(photo).toMatchObject({ state: 'failed', reason: 'blocked', variants: [] })
    expect((await media.eventsOf(photo.id)).map(({ type }) => type)).toEqual(['daguerre.media.failed.v1', matched])
    expect(await matchesOf(photo.id)).toMatchObject([{ ownerId: media.louise.id, blockId, isRefused: true }])
  })

  test('a film of it, and one that stands on nothing, are refused', async () => {
    const { picture } = await blocked()
    const frames = await Promise.all([picture, scene(900), scene(901)].map((frame) => frameOf(frame)))
    const film = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    expect(await media.process(Buffer.from(film))).toMatchObject({ state: 'failed', reason: 'blocked' })
    const transparent = await sharp(picture).ensureAlpha(0.6).png().toBuffer()
    const [onWhite, own] = [sharp(transparent).flatten({ background: '#fff' }), sharp(transparent)]
    expect(await hashPicture(own)).toBe(await hashPicture(onWhite))
    expect(await media.process(Buffer.from(transparent))).toMatchObject({ state: 'failed', reason: 'blocked' })
  })

  test('what does not look like it is taken', async () => {
    await blocked()
    for (let other = 0; other < 5; other++) {
      const photo = await media.process(await bytes(scene((seed += 1)).jpeg()))
      expect(photo.state).toBe('ready')
    }
  })

  test('nothing is shown, at no time, and nothing of it stays in S3', async () => {
    const { picture } = await blocked()
    const { id } = await media.process(Buffer.from(picture))
    expect((await media.request(`/api/v1/media/${id}`, {}, media.nadar)).status).toBe(404)
    expect((await media.app.request(`/media/${id}/small.webp`)).status).toBe(404)
    await removeLeftovers({ em: media.forkEm(), storage: media.plain }, new AbortController().signal)
    for (const key of [originalKey(id), variantKey(id, 'small')]) {
      expect((await media.plain.head(key)).outcome).toBe('missing')
    }
  })

  test('it is taken back, and may come again; news that come late or twice change nothing', async () => {
    const { picture, blockId, hash } = await blocked()
    await media.block(hash, { blockId, isBlocked: false })
    await media.block(hash, { blockId })
    await media.block(hash, { blockId, isBlocked: false })
    expect((await media.process(Buffer.from(picture))).state).toBe('ready')
    const late = newId()
    await media.block(hash, { blockId: late, isBlocked: false })
    await media.block(hash, { blockId: late })
    expect((await media.process(Buffer.from(picture))).state).toBe('ready')
  })

  test('none falls between: a block waits for a photo that was looked at before it, and is becoming ready', async () => {
    const { id } = await media.process(await bytes(scene((seed += 1)).png()))
    const hash = (await hashOf(id))!
    await media.sql("update media set state = 'processing', claimable_at = 'infinity' where id = ?", [id])
    let blocking = Promise.resolve()
    await media.forkEm().transactional(async (tx) => {
      expect(await findMatch(tx, hash, media.config.MEDIA_BLOCK_DISTANCE)).toBeUndefined()
      blocking = media.block(hash)
      await waitFor(async () => {
        const waiting = await media.sql(`select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`)
        return waiting.length > 0
      })
      await query(tx, "update media set state = 'ready', claimable_at = null where id = ?", [id])
    })
    await blocking
    expect(await matchesOf(id)).toMatchObject([{ isRefused: false }])
  })

  test('photos that are here stay, and are told of once', async () => {
    const picture = await bytes(scene((seed += 1)).png())
    const [one, two] = [await media.process(picture), await media.process(await bytes(sharp(picture).resize(150)))]
    const blockId = newId()
    const hash = (await hashOf(one.id))!
    await Promise.all([media.block(hash, { blockId }), media.block(hash, { blockId })])
    for (const { id } of [one, two]) {
      expect(await matchesOf(id)).toMatchObject([{ mediaId: id, blockId, isRefused: false }])
      expect((await media.mediaOf(id)).state).toBe('ready')
    }
  })
})

describe('a plain surface', () => {
  test('looks like nothing: it is never taken for another', async () => {
    const grey = await media.process(await encoded(solid(300, 300, '#777'), 'png'))
    expect(await hashOf(grey.id)).toBe(plainHash)
    await media.block(plainHash)
    expect((await media.process(await encoded(solid(400, 200, '#123'), 'png'))).state).toBe('ready')
  })
})

describe('photos of before', () => {
  test('get their hash by a job; where it was ended it goes on, and one that is like a blocked one is told of', async () => {
    const { picture, hash } = await blocked()
    const old = []
    for (let index = 0; index < 3; index++) {
      old.push((await media.process(await bytes(scene((seed += 1)).jpeg()))).id)
    }
    const [gone] = old
    const hashes = await Promise.all(old.map(hashOf))
    await media.sql('update media set perceptual_hash = null')
    await media.storage.remove([variantKey(gone!, 'small')])
    // One that came before the block did.
    const [like] = await media.sql<{ id: string }>('select id from media where sha256 = ? and state = ?', [
      createHash('sha256').update(picture).digest(),
      'ready',
    ])
    const ended = new AbortController()
    ended.abort()
    expect(await findHashes(ended.signal)).toBe(0)
    s3.isAway = true
    await expect(findHashes()).rejects.toThrow(StorageUnavailable)
    s3.isAway = false
    const ready = await media.sql("select 1 from media where state = 'ready'")
    expect(await findHashes()).toBe(ready.length - 1)
    expect(await findHashes()).toBe(0)
    expect(await hashOf(gone!)).toBeNull()
    for (const [index, id] of old.entries()) {
      if (id !== gone) expect(bitsBetween((await hashOf(id))!, hashes[index]!)).toBeLessThan(4)
    }
    expect(bitsBetween((await hashOf(like!.id))!, hash)).toBeLessThan(4)
    expect((await matchesOf(like!.id)).at(-1)).toMatchObject({ isRefused: false })
  })

  test('moderation asks what they look like, and is told at once', async () => {
    const photo = await media.process(await bytes(scene((seed += 1)).png()))
    const hash = (await hashOf(photo.id))!
    await forgetHash(photo.id)
    async function ask(ids: string[]) {
      const response = await media.app.request('/internal/perceptual-hashes', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'dapr-api-token': media.config.APP_API_TOKEN },
        body: JSON.stringify({ ids }),
      })
      return { status: response.status, body: (await response.json()) as { items: { perceptualHash: string }[] } }
    }
    const { body } = await ask([photo.id, newId()])
    expect(body.items).toHaveLength(1)
    expect(bitsBetween(body.items[0]!.perceptualHash, hash)).toBeLessThan(4)
    expect(await hashOf(photo.id)).toBe(body.items[0]!.perceptualHash)
    const before = s3.reads
    await ask([photo.id])
    expect(s3.reads).toBe(before)
    await forgetHash(photo.id)
    s3.isAway = true
    expect((await ask([photo.id])).status).toBe(503)
    s3.isAway = false
  })
})

function bitsBetween(one: string, other: string): number {
  return Array.from(one).filter((bit, index) => bit !== other[index]).length
}

async function frameOf(frame: Buffer | Sharp): Promise<Buffer> {
  return sharp(Buffer.isBuffer(frame) ? frame : await frame.png().toBuffer())
    .resize(400, 300)
    .png()
    .toBuffer()
}
