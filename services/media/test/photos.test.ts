import { deflateSync } from 'node:zlib'
import type { Media } from '@daguerre/contracts'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { bombPng, bytes, cornersOf, encoded, grain, middleOf, quarters, solid, withChunk } from './photos.ts'
import { startMedia, type System } from './system.ts'

let media: System
beforeAll(async () => {
  media = await startMedia()
  return media.stop
})

function sizesOf({ variants }: Media): Record<string, string> {
  return Object.fromEntries(variants.map(({ name, width, height }) => [name, `${width}×${height}`]))
}

describe('every format that is taken', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
    '%s becomes WebP variants of the sizes promised',
    async (format) => {
      const ready = await media.process(await encoded(quarters(3000, 2000), format))
      expect(ready).toMatchObject({ state: 'ready', reason: null, width: 3000, height: 2000 })
      expect(sizesOf(ready)).toEqual({ thumbnail: '320×320', small: '640×427', medium: '1080×720', large: '2048×1365' })
      for (const variant of ready.variants) {
        const file = await media.bytesOf(ready, variant.name)
        const { format: made, width, height } = await sharp(file).metadata()
        expect({ made, width, height, bytes: file.length }).toEqual({
          made: 'webp',
          width: variant.width,
          height: variant.height,
          bytes: variant.bytes,
        })
      }
      for (const name of ['small', 'medium', 'large']) {
        expect(await cornersOf(await media.bytesOf(ready, name)), name).toEqual(['red', 'green', 'blue', 'white'])
      }
      expect(Buffer.from(ready.placeholder!, 'base64').length).toBeGreaterThan(4)
      const [row] = await media.sql<{ format: string; sha256: Buffer }>(
        'select format, sha256 from media where id = ?',
        [ready.id],
      )
      expect(row).toMatchObject({ format })
      expect(row!.sha256).toHaveLength(32)
    },
  )

  test('of an animated GIF the first frame is taken', async () => {
    const frames = await Promise.all(['#ff0000', '#0000ff'].map((colour) => solid(200, 100, colour).png().toBuffer()))
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    expect((await sharp(animated, { pages: -1 }).metadata()).pages).toBe(2)
    const ready = await media.process(Buffer.from(animated))
    expect(ready).toMatchObject({ state: 'ready', width: 200, height: 100 })
    const [r, , b] = await middleOf(await media.bytesOf(ready, 'small'))
    expect(r! > 200 && b! < 60).toBe(true)
  })
})

describe('which way up', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'orientation %i of EXIF comes out upright in every variant',
    async (orientation) => {
      const ready = await media.process(
        await bytes(quarters(900, 600, orientation).jpeg().withMetadata({ orientation })),
      )
      expect(ready).toMatchObject({ width: 900, height: 600 })
      expect(sizesOf(ready)).toEqual({ thumbnail: '320×320', small: '640×427', medium: '900×600' })
      for (const name of ['small', 'medium']) {
        expect(await cornersOf(await media.bytesOf(ready, name)), name).toEqual(['red', 'green', 'blue', 'white'])
      }
    },
  )
})

describe('metadata', () => {
  test('no variant keeps any: GPS above all', async () => {
    const photo = await bytes(
      grain(800, 600)
        .jpeg()
        .withExif({
          IFD0: { Make: 'DAGUERREOTYPE', Copyright: 'Louise' },
          IFD3: {
            GPSLatitudeRef: 'N',
            GPSLatitude: '48/1 51/1 24/1',
            GPSLongitudeRef: 'E',
            GPSLongitude: '2/1 21/1 7/1',
          },
        })
        .withXmp('<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">SECRETPLACE</x:xmpmeta>')
        .withIccProfile('p3', { attach: true }),
    )
    expect(photo.includes('DAGUERREOTYPE') && photo.includes('SECRETPLACE')).toBe(true)
    expect((await sharp(photo).metadata()).exif).toBeDefined()
    const ready = await media.process(photo)
    expect(ready.state).toBe('ready')
    for (const { name } of ready.variants) {
      const file = await media.bytesOf(ready, name)
      for (const word of ['DAGUERREOTYPE', 'SECRETPLACE', 'EXIF', 'Exif', 'XMP ', 'GPS', 'ICCP', 'Louise']) {
        expect(file.includes(word), `${word} in ${name}`).toBe(false)
      }
      const { exif, xmp, icc, iptc, orientation } = await sharp(file).metadata()
      expect([exif, xmp, icc, iptc, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined])
    }
  })
})

describe('colours', () => {
  function near(colour: number[], wanted: number[], tolerance: number): void {
    wanted.forEach((value, i) =>
      expect(Math.abs(colour[i]! - value), `${colour.join()} and ${wanted.join()}`).toBeLessThanOrEqual(tolerance),
    )
  }

  test('Display P3 is converted to sRGB', async () => {
    const p3 = await bytes(solid(400, 300, 'rgb(200,100,80)').withIccProfile('p3').png())
    const profile = (await sharp(p3).metadata()).icc!
    const ready = await media.process(p3)
    // Converting to P3 and back is where it started.
    near(await middleOf(await media.bytesOf(ready, 'small')), [200, 100, 80], 4)

    // The same numbers mean a stronger colour in P3: in sRGB red rises, green and blue fall.
    const srgb = await bytes(solid(400, 300, 'rgb(200,100,80)').png())
    const tagged = withChunk(srgb, 'iCCP', Buffer.concat([Buffer.from('p3\0\0'), deflateSync(profile)]))
    const converted = await middleOf(await media.bytesOf(await media.process(tagged), 'small'))
    expect(converted[0]! - 200, converted.join()).toBeGreaterThan(8)
    expect(100 - converted[1]!, converted.join()).toBeGreaterThan(3)
  })

  test('CMYK is converted to sRGB', async () => {
    const cmyk = await bytes(solid(400, 300, 'rgb(40,160,90)').toColourspace('cmyk').jpeg({ quality: 95 }))
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const ready = await media.process(cmyk)
    near(await middleOf(await media.bytesOf(ready, 'small')), [40, 160, 90], 25)
  })

  test('16 bits become 8, grey stays grey', async () => {
    const deep = await bytes(solid(400, 300, 'rgb(10,120,240)').toColourspace('rgb16').png())
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    near(await middleOf(await media.bytesOf(await media.process(deep), 'small')), [10, 120, 240], 4)
    const grey = await bytes(solid(400, 300, 'rgb(128,128,128)').toColourspace('b-w').jpeg())
    expect((await sharp(grey).metadata()).channels).toBe(1)
    near(await middleOf(await media.bytesOf(await media.process(grey), 'small')), [128, 128, 128], 4)
    const deepGrey = await bytes(solid(400, 300, 'rgb(60,60,60)').toColourspace('grey16').png())
    near(await middleOf(await media.bytesOf(await media.process(deepGrey), 'small')), [60, 60, 60], 4)
  })

  test('what is transparent stays so', async () => {
    const glass = sharp({
      create: { width: 400, height: 300, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
    const ready = await media.process(await bytes(glass.png()))
    for (const { name } of ready.variants) {
      const [r, , , alpha] = await middleOf(await media.bytesOf(ready, name))
      expect(r).toBeGreaterThan(240)
      expect(Math.abs(alpha! - 128)).toBeLessThan(6)
    }
  })
})

describe('odd sizes', () => {
  test('nothing is ever enlarged; small pictures have fewer variants', async () => {
    expect(sizesOf(await media.process(await bytes(quarters(1, 1).png())))).toEqual({ thumbnail: '1×1', small: '1×1' })
    expect(sizesOf(await media.process(await bytes(quarters(200, 120).png())))).toEqual({
      thumbnail: '120×120',
      small: '200×120',
    })
    expect(sizesOf(await media.process(await bytes(quarters(700, 500).png())))).toEqual({
      thumbnail: '320×320',
      small: '640×457',
      medium: '700×500',
    })
  })

  test('a line of 1 × 30000 is made as high as WebP can be', async () => {
    const ready = await media.process(await bytes(grain(1, 30_000).png()))
    expect(ready).toMatchObject({ state: 'ready', width: 1, height: 30_000 })
    expect(sizesOf(ready)).toEqual({ thumbnail: '1×1', small: '1×16383' })
  })

  test('a line of 30000 × 1 is made as wide as the variants are', async () => {
    const ready = await media.process(await bytes(grain(30_000, 1).png()))
    expect(sizesOf(ready)).toEqual({ thumbnail: '1×1', small: '640×1', medium: '1080×1', large: '2048×1' })
  })
})

describe('what is no photo', () => {
  async function failureOf(file: Uint8Array<ArrayBuffer>): Promise<string | null> {
    const failed = await media.process(file)
    expect(failed).toMatchObject({ state: 'failed', variants: [], placeholder: null })
    return failed.reason
  }
  function text(value: string) {
    return new TextEncoder().encode(value)
  }

  test('text named .jpg, and PDF, are not_an_image', async () => {
    expect(await failureOf(text('I am a photo, honestly.'))).toBe('not_an_image')
    expect(await failureOf(text('%PDF-1.7\n%âãÏÓ\n1 0 obj'))).toBe('not_an_image')
    expect(await failureOf(text('<html><script>alert(1)</script></html>'))).toBe('not_an_image')
  })

  test('SVG, TIFF, HEIC are unsupported_type', async () => {
    expect(await failureOf(text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
      'unsupported_type',
    )
    expect(await failureOf(text(`<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"/>`))).toBe(
      'unsupported_type',
    )
    expect(await failureOf(await bytes(quarters(20, 20).tiff()))).toBe('unsupported_type')
    expect(await failureOf(text('\0\0\0\x18ftypheic\0\0\0\0mif1heic'))).toBe('unsupported_type')
  })

  test('a file that only begins like an image is refused', async () => {
    const fake = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.from('IEND'.repeat(50)),
    ])
    expect(await failureOf(fake)).toBe('not_an_image')
  })

  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('a %s that was cut off is truncated', async (format) => {
    const whole = await encoded(grain(200, 150), format)
    for (const part of [0.98, 0.5, 0.05]) {
      expect(await failureOf(whole.subarray(0, Math.floor(whole.length * part))), `${part}`).toBe('truncated')
    }
  })

  test('more than 100 megapixels are refused by the header, before anything is decoded', async () => {
    const bomb = bombPng(20_000, 20_000)
    expect(bomb.length).toBeLessThan(500_000)
    const before = process.resourceUsage().maxRSS
    expect(await failureOf(bomb)).toBe('too_many_pixels')
    // Decoded it would be 1.2 GB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000)
  })
})
